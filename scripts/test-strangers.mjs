/**
 * `npm run test:strangers`: installs libraries of other people into small projects and runs them against the landscape
 * and the apps of this repository. It needs the registries of npm, PyPI, Maven and Go, and `npm run build` and
 * `npm run build:packages` before.
 *
 * It fails if a project fails or cannot run; with `--allow-missing` it lists those that cannot run instead. `--update`
 * writes the results into docs/reference/strangers.md, and names run only some projects.
 */
import { parseArgs } from 'node:util';
import { STRANGERS } from '../test/strangers/strangers.mjs';
import { runStrangers } from '../test/strangers/run-strangers.mjs';
import { updateTable } from '../test/strangers/results-table.mjs';
import { fail } from './lib/failure.mjs';

const { values, positionals } = readParameters();
const unknown = positionals.filter((name) => !STRANGERS.some((stranger) => stranger.name === name));
if (unknown.length > 0) {
  fail(`Unknown project ${unknown.join(', ')}: they are ${STRANGERS.map(({ name }) => name).join(', ')}.`, 2);
}
const chosen = STRANGERS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const results = await runStrangers(chosen);

for (const { title, missing } of results) {
  if (missing !== undefined) console.log(`!!! NOT RUN: ${title}\n!!! ${missing}\n`);
}
const failed = results.filter(({ checks }) => checks.some(({ problem }) => problem !== undefined));
const missing = results.filter((result) => result.missing !== undefined);
if (values.update) updateTable(results);
console.log(
  `${results.length - failed.length - missing.length} work, ${failed.length} failed, ${missing.length} not run.`,
);
if (failed.length > 0 || (missing.length > 0 && !values['allow-missing'])) process.exitCode = 1;

function readParameters() {
  try {
    return parseArgs({
      options: {
        'allow-missing': { type: 'boolean', default: false },
        update: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), 2);
  }
}
