import { z } from 'zod';

/** What every `default-env.json` of a landscape has, and no binding of a real tenant: a tenant on this machine. */
const environmentSchema = z.object({
  IAS_CA_FILE: z.string().regex(/[\\/]\.landscape[\\/]ca\.pem$/),
  VCAP_SERVICES: z.object({
    identity: z.tuple([
      z.object({ credentials: z.object({ url: z.string().startsWith('https://localhost:') }) }),
    ]),
  }),
});

/** Whether a landscape wrote this content of a `default-env.json`. */
export function isOfLandscape(content: string): boolean {
  try {
    return environmentSchema.safeParse(JSON.parse(content)).success;
  } catch {
    return false;
  }
}
