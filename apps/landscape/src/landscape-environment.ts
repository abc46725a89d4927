import { z } from 'zod';

/** Properties of every `default-env.json` of a landscape: its tenant runs on this machine, unlike a real one. */
const environmentSchema = z.object({
  IAS_CA_FILE: z.string().regex(/[\\/]\.landscape[\\/]ca\.pem$/),
  VCAP_SERVICES: z.object({
    identity: z.tuple([
      z.object({ credentials: z.object({ url: z.string().startsWith('https://localhost:') }) }),
    ]),
  }),
});

/** Whether a landscape wrote the content of this `default-env.json`. */
export function isWrittenByLandscape(content: string): boolean {
  try {
    return environmentSchema.safeParse(JSON.parse(content)).success;
  } catch {
    return false;
  }
}
