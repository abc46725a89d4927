/**
 * Benchmarks against peers (README.md).
 *
 * `npm run bench` measures everything and writes RESULTS.md, or RESULTS-node-24.md on Node.js 24; `npm run bench -- <name> …` runs some benchmarks and prints
 * the results. `--quick` only checks that everything runs; `--no-build` measures the last build.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pinToLoadCore } from './lib/cores.mjs';
import { QUICK, THOROUGH } from './lib/effort.mjs';
import { describeMachine } from './lib/machine.mjs';
import { buildProduct, npm } from './lib/product.mjs';
import { renderResults, renderSection } from './lib/results-page.mjs';

const BENCHMARKS = [
  'cached-token',
  'cold-callers',
  'homepage',
  'thousand-requests',
  'guarded-endpoint',
  'token-rotation',
  'forged-tokens',
  'cold-start',
  'landscape',
];
/** RESULTS.md and the pictures are for the lowest supported version of Node.js; every other version has a file of its own. */
const [NODE_MAJOR] = process.versions.node.split('.');
const IS_LOWEST_VERSION = NODE_MAJOR === '20';
const RESULTS = IS_LOWEST_VERSION ? 'RESULTS.md' : `RESULTS-node-${NODE_MAJOR}.md`;

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

const parameters = process.argv.slice(2);
const options = parameters.filter((parameter) => parameter.startsWith('--'));
const chosen = parameters.filter((parameter) => !parameter.startsWith('--'));
const quick = options.includes('--quick');
rejectUnknown(chosen, BENCHMARKS);
rejectUnknown(options, ['--quick', '--no-build']);

const facts = describeMachine();
if (!existsSync(new URL('node_modules', import.meta.url))) {
  console.error('Installing the peers …');
  npm(['ci'], FOLDER);
}
if (!options.includes('--no-build')) {
  console.error('Building …');
  buildProduct();
}
pinToLoadCore();
/** @type {import('./lib/results-page.mjs').Section[]} */
const sections = [];
for (const name of chosen.length > 0 ? chosen : BENCHMARKS) sections.push(await measure(name));
if (chosen.length === 0 && !quick) {
  write(renderResults(sections, facts));
  if (IS_LOWEST_VERSION) await import('./pictures.mjs');
}

/** @param {readonly string[]} given @param {readonly string[]} known */
function rejectUnknown(given, known) {
  const unknown = given.find((parameter) => !known.includes(parameter));
  if (unknown === undefined) return;
  console.error(`Unknown argument ${unknown}. Valid arguments: ${known.join(', ')}.`);
  process.exit(1);
}

/** @param {string} name */
async function measure(name) {
  console.error(`Measuring ${name} …`);
  const benchmark = await import(`./benchmarks/${name}.mjs`);
  /** @type {import('./lib/results-page.mjs').Findings} */
  const findings = await benchmark.measure(quick ? QUICK : THOROUGH);
  const section = { name, title: benchmark.title, ...findings };
  console.log(`${renderSection(section)}\n`);
  return section;
}

/** @param {string} results */
function write(results) {
  writeFileSync(new URL(RESULTS, import.meta.url), results);
  npm(['exec', '--', 'prettier', '--write', `bench/${RESULTS}`]);
}
