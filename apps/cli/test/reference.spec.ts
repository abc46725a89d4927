import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { createProgram } from '../src/program.js';
import { referencePage } from './reference-page.js';

const PAGE = fileURLToPath(new URL('../../../docs/reference/cli.md', import.meta.url));
const CONTEXT = {
  environment: {},
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  now: () => 0,
};

it('docs/reference/cli.md describes the commands as they are defined', async () => {
  const options = await resolveConfig(PAGE);
  const page = await format(referencePage(createProgram(CONTEXT)), { ...options, parser: 'markdown' });
  await expect(page).toMatchFileSnapshot(PAGE);
});
