import { Inject, Injectable } from '@nestjs/common';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { IAS_CLOCK } from '../../core/clocks.js';
import type { Clock } from '../../core/clocks.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import type { IasClaims } from '../access-token-schema.js';
import { AuthenticationException } from '../authentication-exception.js';

/**
 * Step 4: the token is for one of our bindings, and valid at this time.
 *
 * Several audiences need proof of possession; step 7 checks that.
 */
@Injectable()
export class AudienceAndDates {
  readonly #settings: IasSettings;
  readonly #now: Clock;

  constructor(@Inject(IAS_SETTINGS) settings: IasSettings, @Inject(IAS_CLOCK) now: Clock) {
    this.#settings = settings;
    this.#now = now;
  }

  /**
   * @param bindings those that trust the issuer
   * @returns the binding that the token is for; the issuer's own, if there are several
   * @throws {AuthenticationException} `token_audience_mismatch`, `token_expired`, `token_not_yet_valid`
   */
  bindingFor(issuer: string, claims: IasClaims, bindings: readonly IdentityBinding[]): IdentityBinding {
    const audiences = new Set([claims.aud].flat());
    const meant = bindings.filter(({ clientId }) => audiences.has(clientId));
    const binding = meant.find(({ url }) => url === issuer) ?? meant[0];
    if (!binding) throw new AuthenticationException('token_audience_mismatch');
    this.#assertTimely(claims);
    return binding;
  }

  /** Milliseconds until the token expires. */
  lifetimeOf({ exp }: IasClaims): number {
    return (exp + this.#settings.clockTolerance) * 1_000 - this.#now();
  }

  #assertTimely(claims: IasClaims): void {
    const now = this.#now() / 1_000;
    const { exp, nbf = 0, iat = 0 } = claims;
    if (this.lifetimeOf(claims) <= 0)
      throw new AuthenticationException(
        'token_expired',
        `"exp" was ${inSeconds(now - exp)} ago; if the caller's token is new, the clock of this machine is fast`,
      );
    const [start, name] = nbf > iat ? [nbf, 'nbf'] : [iat, 'iat'];
    if (start > now + this.#settings.clockTolerance) {
      const ahead = inSeconds(start - now);
      throw new AuthenticationException(
        'token_not_yet_valid',
        `"${name}" is ${ahead} in the future: the clock of this machine is slow, or that of the issuer is fast`,
      );
    }
  }
}

function inSeconds(seconds: number): string {
  return `${Math.ceil(seconds)} s`;
}
