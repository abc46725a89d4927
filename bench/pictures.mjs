/**
 * Draws bars from RESULTS.md into docs/images: `node bench/pictures.mjs`. `npm run bench` does that when it has measured
 * everything.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { picturesOf } from './lib/pictures.mjs';

const pictures = await picturesOf(readFileSync(new URL('RESULTS.md', import.meta.url), 'utf8'));
for (const [name, picture] of Object.entries(pictures))
  writeFileSync(new URL(`../docs/images/${name}`, import.meta.url), picture);
