import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IdentityCredentials } from '../binding/identity-credentials.js';
import { bindingProperties, mountBinding, mountedDirectory } from '../binding/mounted-binding.js';
import { vcapServices } from '../binding/vcap-services.js';
import { OWNER_ONLY, type OwnedFiles } from '../file/owned-files.js';

/** In which form an app reads a binding. */
export const BINDING_FORMS = [
  'default-env',
  'vcap-services',
  'service-key',
  'mounted-secret',
  'kubernetes-secret',
] as const;

/** In which form an app reads a binding. */
export type BindingForm = (typeof BINDING_FORMS)[number];

/** A file of a binding that changes with each rotation. */
export interface BindingFile {
  readonly form: Exclude<BindingForm, 'default-env'>;
  /** Absolute path of the file, or of the root of a mounted secret. */
  readonly path: string;
  readonly instanceName: string;
}

/** Writes the credentials of bindings into the files of the apps. */
export class BindingFiles {
  readonly #owned: OwnedFiles;
  /** Folders of mounted secrets, and whether they existed before. */
  readonly #mounted = new Map<string, boolean>();

  constructor(owned: OwnedFiles) {
    this.#owned = owned;
  }

  /** Writes credentials atomically, so that an app never reads half of them. */
  async write({ form, path, instanceName }: BindingFile, credentials: IdentityCredentials): Promise<void> {
    switch (form) {
      case 'vcap-services':
        return this.#owned.write(path, json(vcapServices(credentials, { instanceName })), OWNER_ONLY);
      case 'service-key':
        return this.#owned.write(path, json(credentials), OWNER_ONLY);
      case 'mounted-secret':
        return this.#mount(path, credentials, instanceName);
      case 'kubernetes-secret':
        return this.#owned.write(path, json(secretManifest(credentials, instanceName)), OWNER_ONLY);
    }
  }

  /**
   * Removes mounted secrets. A folder that existed before stays.
   * @returns the paths of those that it could not remove
   */
  async removeMounted(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const [directory, existed] of this.#mounted) {
      const removed = existed ? removeContent(directory) : rm(directory, { recursive: true, force: true });
      await removed.catch(() => left.push(directory));
    }
    return left;
  }

  async #mount(root: string, credentials: IdentityCredentials, instanceName: string): Promise<void> {
    const directory = mountedDirectory(root, instanceName);
    // Before the write: a write that is interrupted must not leave the files.
    if (!this.#mounted.has(directory)) this.#mounted.set(directory, existsSync(directory));
    await this.#owned.untilEnd(async () => void (await mountBinding(root, credentials, { instanceName })));
  }
}

/** Removes what a folder contains, but not the folder. */
export async function removeContent(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

/** A secret as the SAP BTP service operator creates it; `kubectl apply -f` takes JSON. */
function secretManifest(credentials: IdentityCredentials, instanceName: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: instanceName.toLowerCase().replaceAll(/[^a-z\d.-]/g, '-') },
    stringData: Object.fromEntries(bindingProperties(credentials, instanceName)),
  };
}

/** Formats the content of a JSON file. */
export function json(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
