/** PEM blocks and JWTs. */
const KEYS_AND_TOKENS =
  /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)|\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*)*/g;

/**
 * Credentials after an authorization scheme. They contain a digit or a capital letter; words, as in "Bearer error=", do
 * not.
 */
const CREDENTIALS = /\b([Bb]asic|[Bb]earer|BASIC|BEARER) +(?=[^\s"']*[\dA-Z])[\w+/.=~-]{6,}/g;

/** Values of secret parameters in a form, in JSON, or in an object as Node.js prints it. */
const SECRET_VALUES =
  /\b(client_?secret|(?:client_)?assertion|(?:refresh|access)_token|password)(?:(=)[^&\s"']+|(\\?["']?: ?(\\?["']))(?:(?!\4)(?:\\.|[\s\S]))*)/gi;

/** Replaces tokens, keys and secrets in a text. */
export function redactSecrets(text: string): string {
  return text
    .replaceAll(KEYS_AND_TOKENS, '[redacted]')
    .replaceAll(CREDENTIALS, '$1 [redacted]')
    .replaceAll(SECRET_VALUES, '$1$2$3[redacted]');
}
