import { z } from 'zod';

/** A backend that sends back what it got must not bring our token onto a page. */
const TOKEN = /eyJ[\w-]{8,}\.[\w-]+/;

const text = z
  .string()
  .max(2_048)
  .refine((value) => !TOKEN.test(value));

/** The answer of `GET /endpoint`: claims of the token we sent, as the backend saw them. */
export const backendClaimsSchema = z.object({
  subject: text.nullish(),
  zone_uuid: text.nullish(),
  issuer: text,
  aud: z.union([text, z.array(text).max(100)]),
  cnf: z.object({ 'x5t#S256': text.nullish() }).nullish(),
});

export type BackendClaims = z.infer<typeof backendClaimsSchema>;
