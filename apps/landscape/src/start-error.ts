/** The landscape cannot start; the message is one sentence for whoever started it. */
export class StartError extends Error {}
