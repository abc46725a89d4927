const POLL_MS = 500;

/**
 * Tells when the shell has ended in which npm runs a script.
 *
 * npm hands a signal to that shell, which dies of it and hands it to nobody: what it started would run on, and keep its
 * ports.
 *
 * @param script name of the script in package.json; whoever is started otherwise is not watched
 */
export function whenAbandonedByNpm(script: string, tell: () => void): void {
  if (process.env['npm_lifecycle_event'] !== script) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) tell();
  }, POLL_MS).unref();
}
