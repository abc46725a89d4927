/** The landscape cannot start; the message is a one-line reason for the user. */
export class StartError extends Error {}
