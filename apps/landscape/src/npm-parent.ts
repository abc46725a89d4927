const POLL_MS = 500;

/**
 * Calls back when the shell in which npm runs a script exits.
 *
 * npm sends a signal to that shell only, and the shell exits without forwarding it. Without this function, the process
 * would keep running and keep its ports.
 * @param script name of the script in package.json; a process that was started in another way is not watched
 */
export function onNpmExit(script: string, callback: () => void): void {
  if (process.env['npm_lifecycle_event'] !== script) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) callback();
  }, POLL_MS).unref();
}
