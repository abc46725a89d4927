const POLL_MILLISECONDS = 500;

/**
 * Calls back when the parent process exits, if npm or npx started this process.
 *
 * npm sends a signal only to the shell that runs a script, and the shell exits without forwarding it. Without this
 * function, the landscape would keep running and keep its ports. On Windows the ID of the parent never changes; there,
 * Ctrl-C reaches every process of a console.
 */
export function onNpmExit(
  environment: Readonly<Record<string, string | undefined>>,
  callback: () => void,
): void {
  if (environment['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) callback();
  }, POLL_MILLISECONDS).unref();
}
