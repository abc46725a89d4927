import { drawBars } from '../../scripts/lib/pictures.mjs';

/** One picture for each of these columns of a benchmark's table. */
const PICTURES = [
  {
    benchmark: 'guarded-endpoint',
    column: 'requests per CPU second',
    title: 'GET /endpoint with a valid token',
  },
  { benchmark: 'homepage', column: 'per CPU second of both apps', title: 'GET /homepage of both apps' },
  { benchmark: 'forged-tokens', column: 'rejected per CPU second', title: 'Forged tokens' },
];

/**
 * Pictures of the results, by the name of their file.
 *
 * @param {string} results content of RESULTS.md
 */
export async function picturesOf(results) {
  /** @type {Record<string, string>} */
  const pictures = {};
  for (const { benchmark, column, title } of PICTURES)
    pictures[`bench-${benchmark}.svg`] = await drawBars(title, column, rowsOf(results, benchmark, column));
  return pictures;
}

/**
 * The first table of a benchmark, as bars.
 *
 * @param {string} results
 * @param {string} benchmark
 * @param {string} column
 */
function rowsOf(results, benchmark, column) {
  const section = results.split(`\`npm run bench -- ${benchmark}\``)[1] ?? '';
  const lines =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('|')) ?? [];
  const [header = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const index = header.indexOf(column);
  if (index === -1) throw new Error(`RESULTS.md has no column "${column}" in the table of ${benchmark}.`);
  return rows.map((row) => ({
    label: row[0] ?? '',
    value: Number((row[index] ?? '').replace(/\(.*$/, '').replaceAll(/[^\d.]/g, '')),
    highlighted: row[0] === 'nest-ias',
  }));
}
