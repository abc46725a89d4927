import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Slugger from 'github-slugger';
import { documentationUrl } from 'nest-ias';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { CODE_GROUPS, explainedCodes } from '../src/explain/explanations.js';
import { groupsOf, withCodeSections } from './errors-page.js';

const PAGE = fileURLToPath(new URL('../../../docs/reference/errors.md', import.meta.url));
const page = readFileSync(PAGE, 'utf8');

describe('docs/reference/errors.md', () => {
  it('describes every code as the tables do', async () => {
    const options = await resolveConfig(PAGE);
    const written = await format(withCodeSections(page), { ...options, parser: 'markdown' });
    await expect(written).toMatchFileSnapshot(PAGE);
  });

  it('has a place for each group of codes', () => {
    expect(groupsOf(page)).toEqual(Object.keys(CODE_GROUPS));
  });

  it.each(explainedCodes())('has the anchor to which the documentation of %s leads', (code) => {
    const slugger = new Slugger();
    const anchors = Array.from(page.matchAll(/^#+ (.+)$/gm), ([, title = '']) => slugger.slug(title));
    expect(anchors.map((anchor) => `#${anchor}`)).toContain(new URL(documentationUrl(code)).hash);
  });
});
