import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { landscapeConfigSchema } from './landscape-config.js';

const FILE = fileURLToPath(new URL('../../landscape.config.schema.json', import.meta.url));

it('is published as a JSON schema (npx vitest run -u writes it)', async () => {
  const schema = z.toJSONSchema(landscapeConfigSchema, { io: 'input' });
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(FILE);
});
