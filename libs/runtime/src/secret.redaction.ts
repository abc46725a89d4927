/** PEM blocks, and the compact form of a JWS: what must never be written, wherever a message got it from. */
const SECRETS = /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)|\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*)*/g;

/** The text without tokens and PEM blocks. */
export function redactSecrets(text: string): string {
  return text.replaceAll(SECRETS, '[redacted]');
}
