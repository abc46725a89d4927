import { readFileSync, writeFileSync } from 'node:fs';
import { STRANGERS } from './strangers.mjs';

const DOCUMENT = 'docs/reference/strangers.md';
const START = '<!-- results: npm run test:strangers -- --update -->';
const END = '<!-- end of results -->';

/**
 * Writes the results into the table of the document. Projects that did not run keep their row.
 *
 * @param {readonly import('./run-strangers.mjs').Result[]} results
 */
export function updateTable(results) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before = '', rest = ''] = text.split(START);
  const [table = '', after = ''] = rest.split(END);
  const rows = new Map(
    table
      .split('\n')
      .filter((row) => row.startsWith('| ') && !/^\| (library |-)/.test(row))
      .map((row) => [keyOf(row), row]),
  );
  for (const result of results) {
    const row = rowOf(result);
    if (result.missing === undefined || !rows.has(keyOf(row))) rows.set(keyOf(row), row);
  }
  const lines = [
    '| library | language | version | what it does | result |',
    '| - | - | - | - | - |',
    ...ordered(rows),
  ];
  writeFileSync(DOCUMENT, `${before}${START}\n\n${lines.join('\n')}\n\n${END}${after}`);
}

/**
 * Returns the rows in the order of the projects.
 *
 * @param {ReadonlyMap<string, string>} rows
 */
function ordered(rows) {
  return STRANGERS.flatMap(({ title, shows }) => rows.get(`${title} ${shows}`) ?? []);
}

/** @param {import('./run-strangers.mjs').Result} result */
function rowOf({ title, language, version = '–', shows, checks, missing }) {
  const failed = checks.filter(({ problem }) => problem !== undefined).map(({ name }) => name);
  const verdict = failed.length === 0 ? 'works' : `fails: ${failed.join(', ')}`;
  return `| ${title} | ${language} | ${version} | ${shows} | ${missing === undefined ? verdict : 'not run'} |`;
}

/** @param {string} row */
function keyOf(row) {
  const [, library = '', , , shows = ''] = row.split('|').map((cell) => cell.trim());
  return `${library} ${shows}`;
}
