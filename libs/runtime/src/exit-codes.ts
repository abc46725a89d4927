/** Exit codes of an app. They are stable (docs/decisions/0032), because platforms and scripts act on them. */
export const EXIT_CODES = {
  /** SIGTERM or SIGINT stopped the app, even if requests were still running at the time limit. */
  stopped: 0,
  /** The app could not start, or an error was not caught. */
  failed: 1,
  /** A second signal ended the app before its requests were finished: 128 + SIGINT, as from a shell. */
  interrupted: 130,
} as const;
