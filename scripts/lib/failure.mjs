/**
 * Exits with one line on standard error.
 *
 * @param {string} message
 * @param {number} code exit code: 1 for a failure or invalid parameters, 2 if the script cannot run on this machine
 * @returns {never}
 */
export function fail(message, code) {
  console.error(message);
  process.exit(code);
}

/** @param {unknown} error */
export function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
