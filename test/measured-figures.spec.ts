import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FIGURE = /\d (?:ns|µs|ms|KiB|MB|MiB)\b/;
const SOURCE = /bench\/RESULTS\.md|measured once, in [A-Z][a-z]+ \d{4}, on /;

const pages = [
  'docs/how-to/memory.md',
  ...readdirSync('docs/decisions').map((name) => `docs/decisions/${name}`),
].filter((page) => FIGURE.test(readFileSync(page, 'utf8')));

describe('figures of the documentation', () => {
  it('are in the decisions', () => {
    expect(pages.length).toBeGreaterThan(7);
  });

  it.each(pages)('of %s say where they are from, or when and on what they were measured', (page) => {
    expect(readFileSync(page, 'utf8').replaceAll(/\s+/g, ' ')).toMatch(SOURCE);
  });
});
