/** Exit codes of every command. They are stable (docs/decisions/0032). */
export const EXIT_CODES = {
  done: 0,
  /** There are warnings, and `--strict` is given. */
  warnings: 1,
  /** Something is broken or was rejected. */
  broken: 2,
  /** The command, an option or a code is unknown. */
  usage: 3,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

const MEANINGS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  done: 'done',
  warnings: 'warnings with --strict',
  broken: 'broken or refused',
  usage: 'usage',
};

/** The last lines of the help. */
export const EXIT_CODES_HELP = `\nExit codes: ${Object.entries(EXIT_CODES)
  .map(([name, code]) => `${code} ${MEANINGS[name as keyof typeof EXIT_CODES]}`)
  .join(', ')}`;
