import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { REJECTION_CAUSES } from '../src/explain/rejection-causes.js';

const PAGE = fileURLToPath(new URL('../../../docs/reference/errors.md', import.meta.url));
const MARK = /(apps\/cli\/test\/rejections\.spec\.ts -u -->\n\n)[^]*$/;

it('docs/reference/errors.md has the cause and the remedy of every rejection, as the command explains them', async () => {
  const rows = Object.entries(REJECTION_CAUSES).map(
    ([code, { cause, remedy }]) => `| <a id="${code}"></a>\`${code}\` | ${cause} | ${remedy} |`,
  );
  const table = ['| code | cause | what to do |', '| --- | --- | --- |', ...rows].join('\n');
  const current = readFileSync(PAGE, 'utf8');
  expect(current).toMatch(MARK);
  const page = current.replace(MARK, (_, mark: string) => `${mark}${escapeHtml(table)}\n`);
  const options = await resolveConfig(PAGE);
  await expect(await format(page, { ...options, parser: 'markdown' })).toMatchFileSnapshot(PAGE);
});

/** Placeholders such as <dependency> are no tags; those that this spec writes stay. */
function escapeHtml(text: string): string {
  return text.replaceAll(/<(?!\/?a\b)/g, '\\<');
}
