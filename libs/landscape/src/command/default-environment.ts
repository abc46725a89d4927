import { z } from 'zod';

/** Properties of every `default-env.json` of a landscape: they name files in its folder. */
const environmentSchema = z.object({
  IAS_CA_FILE: z.string().regex(/[\\/]\.landscape[\\/]ca\.pem$/),
  VCAP_SERVICES_FILE_PATH: z.string().regex(/[\\/]\.landscape[\\/]bindings[\\/][\w.-]+\.json$/),
});

/** Whether a landscape wrote a file as `default-env.json`. */
export function isEnvironmentOfLandscape(content: string): boolean {
  try {
    return environmentSchema.safeParse(JSON.parse(content)).success;
  } catch {
    return false;
  }
}
