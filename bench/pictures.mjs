/**
 * Draws bars from RESULTS.md into docs/images, and writes its figures into the comparison: `node bench/pictures.mjs`.
 * `npm run bench` does that when it has measured everything.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withSections } from '../scripts/lib/generated-sections.mjs';
import { COMPARISON_PAGE, comparisonOf } from './lib/comparison.mjs';
import { picturesOf } from './lib/pictures.mjs';

const results = readFileSync(new URL('RESULTS.md', import.meta.url), 'utf8');
const pictures = await picturesOf(results);
for (const [name, picture] of Object.entries(pictures))
  writeFileSync(new URL(`../docs/images/${name}`, import.meta.url), picture);

const page = fileURLToPath(new URL(`../${COMPARISON_PAGE}`, import.meta.url));
const sections = { measured: comparisonOf(results) };
writeFileSync(page, await withSections(page, readFileSync(page, 'utf8'), sections));
