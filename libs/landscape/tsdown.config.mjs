import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { publishedPackage } from '../../scripts/lib/published-package.mjs';

const SCHEMA = 'landscape.config.schema.json';
const configuration = publishedPackage('libs/landscape', 'landscape', {
  index: 'src/index.ts',
  'ias-landscape': 'src/command/main.ts',
});

/** @type {import('tsdown').UserConfig} */
export default {
  ...configuration,
  onSuccess: () => {
    configuration.onSuccess();
    cpSync(
      join(import.meta.dirname, SCHEMA),
      join(import.meta.dirname, '../../dist/packages/landscape', SCHEMA),
    );
  },
};
