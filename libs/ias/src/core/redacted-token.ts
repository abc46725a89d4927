import { Redacted } from './redacted.js';

/** The access token of a caller, validated by the guard; `reveal()` gives its text, e.g. to exchange it. */
export class RedactedToken extends Redacted {
  /** @param issuer the tenant that issued it and that this app trusts, an origin */
  constructor(
    value: string,
    readonly issuer: string,
  ) {
    super(value, 'access token');
  }
}
