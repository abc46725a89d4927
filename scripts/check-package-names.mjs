/**
 * `npm run release` runs this before it publishes: exit code 1 unless the names of all packages are ours.
 *
 *     node scripts/check-package-names.mjs [folder with project.json and dist/packages]
 *
 * Names are ours if project.json says so and if, at the registry, each belongs only to the owners listed there. A name
 * that is still free is not ours: an owner publishes its first version by hand.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './lib/npm.mjs';

const root = process.argv[2] ?? '.';
const project = readJson('project.json');
const problems = [];

if (project.namesAreOurs !== true) problems.push('project.json says that the names are not ours yet.');

const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
if (GITHUB_REPOSITORY !== undefined) {
  const here = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
  if (here !== project.repository)
    problems.push(`This is ${here}, project.json names ${project.repository}.`);
}

const folders = readdirSync(join(root, 'dist/packages'));
if (folders.length === 0) problems.push('dist/packages is empty: run `npm run build:packages` first.');
for (const folder of folders) {
  const { name, repository } = readJson(`dist/packages/${folder}/package.json`);
  if (repository?.url !== `git+${project.repository}.git`) {
    problems.push(`The package.json of ${name} names another repository than project.json, or none.`);
  }
  const owners = ownersOf(name);
  if (owners.length === 0) problems.push(`${name} has no owner at the registry.`);
  const strangers = owners.filter((owner) => !project.owners.includes(owner));
  if (strangers.length > 0) {
    problems.push(`${name} belongs to ${strangers.join(', ')}, whom project.json does not list.`);
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/**
 * @param {string} name of a package
 * @returns {string[]} names of accounts; none if the package does not exist
 */
function ownersOf(name) {
  const { stdout, error } = npm(['view', name, 'maintainers', '--json']);
  if (error !== undefined) throw error;
  const answer = JSON.parse(stdout);
  if (answer.error?.code === 'E404') return [];
  if (answer.error !== undefined) throw new Error(`npm view ${name}: ${answer.error.summary}`);
  // a list of `account <address>`, or one such text
  return [answer].flat().map((/** @type {string} */ maintainer) => maintainer.replace(/ <.*/, ''));
}
