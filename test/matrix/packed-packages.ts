import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run-command.js';

const PACKAGES = fileURLToPath(new URL('../../dist/packages', import.meta.url));

/** Folders of `dist/packages` by the name of the package. */
const PACKED = {
  'nest-ias': 'nest-ias',
  '@nest-ias/testing': 'testing',
  '@nest-ias/landscape': 'landscape',
} as const;

/** Files of the packages by their names. */
export type PackedPackages = Readonly<Record<keyof typeof PACKED, string>>;

/** Packs the packages that an app needs into a folder. */
export async function packPackages(folder: string): Promise<PackedPackages> {
  const files = new Map<string, string>();
  for (const [name, source] of Object.entries(PACKED)) {
    const packed = await run(
      ['npm', 'pack', '--silent', '--pack-destination', folder],
      join(PACKAGES, source),
    );
    files.set(name, join(folder, packed.trim()));
  }
  return Object.fromEntries(files) as PackedPackages;
}
