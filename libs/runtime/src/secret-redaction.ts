/** PEM blocks, and the compact form of a JWS. */
const KEYS_AND_TOKENS =
  /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)|\beyJ[\w-]+\.[\w-]*(?:\.[\w-]*)*/g;

/** What follows the scheme of an authorization; words such as in "Bearer error=" have neither digit nor capital letter. */
const CREDENTIALS = /\b([Bb]asic|[Bb]earer|BASIC|BEARER) +(?=[^\s"']*[\dA-Z])[\w+/.=~-]{6,}/g;

/** Values of secret parameters, in a form, in JSON, or as Node.js prints an object. */
const SECRET_VALUES =
  /\b(client_?secret|(?:client_)?assertion|(?:refresh|access)_token|password)(?:(=)[^&\s"']+|(\\?["']?: ?(\\?["']))(?:(?!\4)(?:\\.|[\s\S]))*)/gi;

/** The text without what must never be written, wherever a message got it from. */
export function redactSecrets(text: string): string {
  return text
    .replaceAll(KEYS_AND_TOKENS, '[redacted]')
    .replaceAll(CREDENTIALS, '$1 [redacted]')
    .replaceAll(SECRET_VALUES, '$1$2$3[redacted]');
}
