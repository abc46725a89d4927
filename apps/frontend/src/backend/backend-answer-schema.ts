import { POSSESSION_PROOFS } from 'nest-ias/internal';
import { z } from 'zod';
import { containsToken } from './token-text.js';

/** Maximum nesting of a response. Deeper nesting could overflow the stack of code that walks through it. */
const MAX_DEPTH = 32;

const text = z
  .string()
  .max(2_048)
  .refine((value) => !containsToken(value));

const claims = z.object({
  subject: text.nullish(),
  zone_uuid: text.nullish(),
  issuer: text,
  aud: z.union([text, z.array(text).max(100)]),
  cnf: z.object({ 'x5t#S256': text.nullish() }).nullish(),
});

/** What the backend checked of our possession of the certificate; `null` where it says nothing that we know. */
const proof = z.enum(POSSESSION_PROOFS).nullish().catch(null);

/** Body of `GET /endpoint`: claims of the token that we sent, as the backend read them, and what it checked. */
export const backendAnswerSchema = z
  .unknown()
  .refine((answer) => !isDeeperThan(MAX_DEPTH, answer))
  .pipe(claims.extend({ proof }));

export type BackendClaims = z.infer<typeof claims>;

export type BackendAnswer = z.infer<typeof backendAnswerSchema>;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}
