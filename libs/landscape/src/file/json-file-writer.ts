import { writeFileAtomically } from './atomic-file-writer.js';

/**
 * Writes JSON for its owner's eyes only: what `VCAP_SERVICES_FILE_PATH` points to, a `default-env.json`, a service key.
 * A reader sees the old content or the new one, never a part.
 */
export async function writeSecretJson(path: string, content: object): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(content, undefined, 2)}\n`, 0o600);
}
