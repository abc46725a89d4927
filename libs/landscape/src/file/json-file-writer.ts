import { writeFileAtomically } from './atomic-file-writer.js';

/**
 * Writes a JSON file that only its owner can read: a `VCAP_SERVICES_FILE_PATH` file, a `default-env.json` or a service
 * key. The write is atomic: a reader sees the old content or the new content, never a part.
 */
export async function writeSecretJson(path: string, content: object): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(content, undefined, 2)}\n`, 0o600);
}
