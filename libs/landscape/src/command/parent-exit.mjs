const POLL_MS = 500;

/**
 * Calls back when the parent process exits.
 *
 * npm sends a signal only to the shell that runs a script, and the shell exits without forwarding it. Without this
 * function, the process would keep running and keep its ports. On Windows the ID of the parent never changes, so this
 * function does nothing there; Ctrl-C reaches every process of a console.
 *
 * This is JavaScript because `npm start` needs it before anything is built: `scripts/start.mjs` imports this file.
 *
 * @param {() => void} callback
 */
export function onParentExit(callback) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) callback();
  }, POLL_MS).unref();
}
