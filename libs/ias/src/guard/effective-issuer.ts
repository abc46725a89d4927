import type { IasClaims } from './access-token-schema.js';

/**
 * The issuer that trust is decided on: `ias_iss` where `iss` is a custom domain, with the `https://` that IAS may
 * leave out (docs/reference/ias-facts.md#tokens). Nothing else is normalised, so that a look-alike stays different.
 */
export function effectiveIssuer({ iss, ias_iss }: Pick<IasClaims, 'iss' | 'ias_iss'>): string {
  const issuer = ias_iss ?? iss;
  return issuer.includes('://') ? issuer : `https://${issuer}`;
}
