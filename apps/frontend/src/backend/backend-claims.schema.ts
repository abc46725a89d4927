import { z } from 'zod';

const text = z.string().max(2_048);

/** The answer of `GET /endpoint`: claims of the token we sent, as the backend saw them. */
export const backendClaimsSchema = z.object({
  subject: text.optional(),
  zone_uuid: text.optional(),
  issuer: text,
  aud: z.union([text, z.array(text).max(100)]),
  cnf: z.object({ 'x5t#S256': text.optional() }).optional(),
});

export type BackendClaims = z.infer<typeof backendClaimsSchema>;
