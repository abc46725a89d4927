/** Exit codes of `npm run landscape`. They are stable (docs/decisions/0032). */
export const EXIT_CODES = {
  /** A signal stopped the landscape, or npm exited. */
  stopped: 0,
  /** The landscape could not start, or could not write its files. */
  failed: 1,
} as const;
