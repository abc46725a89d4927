import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { parse, stringify } from 'yaml';
import { mtaSchema } from './descriptor-schemas.js';

/** Content of an archive of `mbt`. */
export interface MtarContent {
  manifest: string;
  descriptor: string;
  /** Files of each module by their paths. */
  readonly modules: Record<string, Record<string, Uint8Array>>;
  /** All other files by path. */
  readonly others: Record<string, Uint8Array>;
}

/** Returns the content that `mbt build` creates from `mta.yaml` and the built apps (cloud-mta-build-tool, internal/artifacts). */
export function mtarContent(mtaYaml: string): MtarContent {
  const { modules } = mtaSchema.parse(parse(mtaYaml));
  const sections = modules.map(
    ({ name }) => `Name: ${name}/data.zip\nMTA-Module: ${name}\nContent-Type: application/zip\n`,
  );
  return {
    manifest: `Manifest-Version: 1.0\nCreated-By: SAP Application Archive Builder 1.2.49\n\n${sections.join('\n\n')}`,
    descriptor: deploymentDescriptor(mtaYaml),
    modules: Object.fromEntries(modules.map(({ name, path }) => [name, filesIn(path)])),
    others: {},
  };
}

export function writeMtar({ manifest, descriptor, modules, others }: MtarContent): Uint8Array {
  return zipSync({
    'META-INF/MANIFEST.MF': strToU8(manifest),
    'META-INF/mtad.yaml': strToU8(descriptor),
    ...Object.fromEntries(
      Object.entries(modules).map(([name, files]) => [`${name}/data.zip`, zipSync(files)]),
    ),
    ...others,
  });
}

function deploymentDescriptor(mtaYaml: string): string {
  const mta = parse(mtaYaml) as { modules: Record<string, unknown>[] } & Record<string, unknown>;
  delete mta['build-parameters'];
  for (const module of mta.modules) {
    delete module['build-parameters'];
    Object.assign(module, { type: 'javascript.nodejs', path: module['name'] });
  }
  return stringify(mta);
}

function filesIn(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}
