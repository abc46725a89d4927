import { z } from 'zod';

/** The token policy of IAS in seconds (`docs/reference/ias-facts.md#token-policy`). */
export const TOKEN_VALIDITY = { minimum: 60, maximum: 43_200, default: 3_600 } as const;

/** The limits and the default in words, for option documentation. */
export const TOKEN_VALIDITY_TEXT = `Seconds, ${TOKEN_VALIDITY.minimum} to ${TOKEN_VALIDITY.maximum}. Default: ${TOKEN_VALIDITY.default}`;

/** Validity of the access tokens of an application, in seconds. */
export const tokenValiditySchema = z.int().min(TOKEN_VALIDITY.minimum).max(TOKEN_VALIDITY.maximum);
