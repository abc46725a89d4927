import type { BadToken } from './bad-request.js';
import { badToken } from './bad-request.js';
import type { Forger } from './token-forger.js';

export type Claims = Record<string, unknown>;

/** A token with a valid signature and these claims. */
export const withClaims = (cause: string, code: BadToken['code'], claims: (forger: Forger) => Claims) =>
  badToken(cause, code, (forger) => forger.signed(claims(forger)));

export const malformed = (cause: string, claims: Claims) =>
  withClaims(cause, 'token_malformed', () => claims);

/** Builds the claims as text, so that a name can occur twice. */
export const withText = (cause: string, code: BadToken['code'], extra: string) =>
  badToken(cause, code, (forger) =>
    forger.signedText(
      JSON.stringify(forger.header),
      JSON.stringify(forger.claims).replace(/\}$/, `,${extra}}`),
    ),
  );
