import { Redacted } from '../ias.redacted.js';

/** The access token of a caller, validated by the guard; `reveal()` gives its text, e.g. to exchange it. */
export class RedactedToken extends Redacted {
  constructor(value: string) {
    super(value, 'access token');
  }
}
