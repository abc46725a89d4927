import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COMPARISON_PAGE, comparisonOf } from '../bench/lib/comparison.mjs';
import { picturesOf } from '../bench/lib/pictures.mjs';
import { drillPictures } from './drill/drill-pictures.js';
import { ROTATION_PAGE, THEFT_PAGE } from './drill/drill-sections.js';
import { withSections } from '../scripts/lib/generated-sections.mjs';
import { drawBars } from '../scripts/lib/pictures.mjs';

it('the pictures of the benchmarks show the figures of bench/RESULTS.md', async () => {
  const pictures = await picturesOf(readFileSync('bench/RESULTS.md', 'utf8'));
  expect(Object.keys(pictures)).toContain('bench-guarded-endpoint.svg');
  for (const [name, picture] of Object.entries(pictures))
    expect(readFileSync(`docs/images/${name}`, 'utf8')).toBe(picture);
});

it('the comparison with other libraries shows the figures of bench/RESULTS.md', async () => {
  const sections = { measured: comparisonOf(readFileSync('bench/RESULTS.md', 'utf8')) };
  const page = readFileSync(COMPARISON_PAGE, 'utf8');
  expect(page).toBe(await withSections(COMPARISON_PAGE, page, sections));
});

it('the tables of the drill show the figures of its pictures', () => {
  const figures = (text: string) => Array.from(text.matchAll(/(\d+\.\d) s\b/g), ([, figure]) => figure);
  const section = (page: string, name: string) =>
    readFileSync(page, 'utf8').split(`<!-- generated: ${name} -->`)[1]?.split(`<!-- end of ${name} -->`)[0];
  const rotation = section(ROTATION_PAGE, 'rotation') ?? '';
  const times = Array.from(rotation.matchAll(/\| +(\d+\.\d) /g), ([, time]) => time);
  expect(times).toHaveLength(4);
  expect(figures(readFileSync('docs/images/drill-rotation.svg', 'utf8'))).toEqual(times);
  const theft = section(THEFT_PAGE, 'theft') ?? '';
  expect(figures(theft).length).toBeGreaterThan(1);
  expect(figures(readFileSync('docs/images/drill-theft.svg', 'utf8'))).toEqual(figures(theft));
});

it('the picture of a theft says how long each attempt works', async () => {
  const attempt = {
    possession: 'the token',
    action: 'waits',
    expected: 'refused',
    before: '',
    after: '',
  } as const;
  const [rotation, theft] = drillPictures({
    callers: 1,
    tokenValidity: 60,
    clockTolerance: 30,
    rotations: [],
    replacement: { before: '', after: '', workedFor: 0, refused: true },
    theft: {
      tokenLife: 60,
      requests: 1,
      lost: [],
      attempts: [
        { ...attempt, action: 'fails', workedFor: undefined, accepted: { before: false, after: false } },
        { ...attempt, action: 'fetches', workedFor: undefined, accepted: { before: true, after: false } },
        { ...attempt, action: 'calls', workedFor: 89.04, accepted: { before: true, after: true } },
      ],
    },
  });
  expect(rotation?.bars).toEqual([]);
  expect(theft?.bars.map(({ text }) => text)).toEqual(['never', 'until the deletion', '89.0 s']);
  const picture = await drawBars(theft?.title ?? '', theft?.axis ?? '', theft?.bars ?? []);
  expect(picture).toMatch(/^<svg .*the token: calls.*89\.0 s/s);
});
