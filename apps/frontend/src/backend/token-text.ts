/** The header of a JWT and the beginning of what follows: a JWS, or a JWE, whose second part can be empty. */
const TOKEN = /ey[AIJ][\w-]{8,}\.[\w.-]+/;
const TOKENS = new RegExp(TOKEN, 'g');

/** Whether a text contains a token. No page, answer or log may show it. */
export function containsToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Replaces tokens in a text.
 *
 * @param known a token that is replaced whatever its format is
 */
export function withoutTokens(text: string, known: string): string {
  return text.replaceAll(known, '[token]').replaceAll(TOKENS, '[token]');
}
