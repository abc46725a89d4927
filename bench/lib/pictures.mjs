import { drawBars } from '../../scripts/lib/pictures.mjs';
import { tableOf } from './results-tables.mjs';

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
 * One column of a benchmark's first table, as bars.
 *
 * @param {string} results
 * @param {string} benchmark
 * @param {string} column
 */
function rowsOf(results, benchmark, column) {
  const rows = tableOf(results, benchmark);
  if (rows.some(({ cells }) => cells[column] === undefined) || rows.length === 0)
    throw new Error(`RESULTS.md has no column "${column}" in the table of ${benchmark}.`);
  return rows.map(({ label, cells }) => ({
    label,
    value: Number((cells[column] ?? '').replace(/\(.*$/, '').replaceAll(/[^\d.]/g, '')),
    highlighted: label === 'nest-ias',
  }));
}
