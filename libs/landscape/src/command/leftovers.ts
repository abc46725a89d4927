import { readFile, rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { z } from 'zod';
import { mountedDirectory } from '../binding/mounted-binding.js';
import { OWNER_ONLY, type OwnedFiles } from '../file/owned-files.js';
import { BINDING_FORMS, json, removeContent } from './binding-files.js';
import { isEnvironmentOfLandscape } from './default-environment.js';
import { isBindingOfLandscape, isForeignMount } from './foreign-file.js';

const recordSchema = z.array(
  z.object({ form: z.enum(BINDING_FORMS), path: z.string(), instanceName: z.string() }),
);
/** A file, or the root of a mounted secret, that a landscape writes outside of its folder. */
export type WrittenPath = z.infer<typeof recordSchema>[number];

/** Where a landscape records what it writes outside of its folder. */
export interface LeftoversPlace {
  /** The folder that paths in the record are relative to, so that a copy of it does not name the files of the original. */
  readonly root: string;
  /** Path of the record. */
  readonly record: string;
}

/** Records what a landscape is about to write, so that the next one removes it if this one is killed. */
export async function recordWritten(
  { root, record }: LeftoversPlace,
  owned: OwnedFiles,
  written: readonly WrittenPath[],
): Promise<void> {
  const content = written.map(({ path, ...file }) => ({ ...file, path: relative(root, path) }));
  await owned.write(record, json(content), OWNER_ONLY);
}

/**
 * Removes the files that a killed landscape recorded. It never removes a file that no landscape wrote, even if the
 * record contains it.
 */
export async function removeLeftovers(
  { root, record }: LeftoversPlace,
  hostNames: readonly string[],
): Promise<void> {
  for (const { form, path, instanceName } of await readRecord(record)) {
    const absolute = resolve(root, path);
    if (form === 'mounted-secret') {
      const directory = mountedDirectory(absolute, instanceName);
      if (!(await isForeignMount(directory, hostNames))) await removeContent(directory);
    } else {
      const content = await readFile(absolute, 'utf8').catch(() => '');
      const isOwn =
        form === 'default-env' ? isEnvironmentOfLandscape(content) : isBindingOfLandscape(content, hostNames);
      if (isOwn) await rm(absolute, { force: true });
    }
  }
  await rm(record, { force: true });
}

async function readRecord(path: string): Promise<readonly WrittenPath[]> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // The record is missing or damaged.
    return [];
  }
}
