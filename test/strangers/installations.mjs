import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './processes.mjs';

/** What the managers print if a registry cannot be reached or lacks a package. */
const UNAVAILABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|E403|E404|No matching distribution|Could not transfer artifact|dial tcp|no such host/i;
const MINUTES_10 = 600_000;

/** The machine lacks something that a project needs. */
export class MissingError extends Error {}

/** @type {Record<import('./strangers.mjs').Stranger['manager'], (readonly string[])[]>} */
const COMMANDS = {
  npm: [
    [
      'npm',
      'install',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-package-lock',
    ],
  ],
  pip: [
    ['python3', '-m', 'venv', 'venv'],
    [
      'venv/bin/pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--requirement',
      'requirements.txt',
    ],
  ],
  go: [
    ['go', 'mod', 'tidy'],
    ['go', 'build', '-o', 'stranger', '.'],
  ],
  maven: [['mvn', '--quiet', '--batch-mode', 'compile', 'dependency:copy-dependencies']],
  none: [],
};

/**
 * Copies a project and installs what it needs.
 *
 * @param {import('./strangers.mjs').Stranger} stranger
 * @param {string} source
 * @param {string} folder
 * @throws {MissingError}
 */
export async function install({ manager, folder: name, programs = [] }, source, folder) {
  await assertPrograms(programs);
  if (existsSync(folder)) return;
  cpSync(join(source, name), folder, { recursive: true });
  for (const command of COMMANDS[manager]) {
    const { code, stdout, stderr } = await output(command, { cwd: folder, timeout: MINUTES_10 });
    if (code === 0) continue;
    const text = stdout + stderr;
    assertRegistry(text);
    throw new Error(`${command.join(' ')} failed: ${text.slice(-2000)}`);
  }
}

/**
 * @param {readonly string[]} programs
 * @throws {MissingError}
 */
export async function assertPrograms(programs) {
  for (const program of programs) {
    const { code } = await output(['sh', '-c', `command -v ${program}`]);
    if (code !== 0) throw new MissingError(`This machine has no ${program}.`);
  }
}

/**
 * @param {string} text what a manager that failed printed
 * @throws {MissingError} if the cause is the registry
 */
export function assertRegistry(text) {
  const [reason] = UNAVAILABLE.exec(text) ?? [];
  if (reason !== undefined)
    throw new MissingError(`The registry cannot be reached or lacks a package (${reason}).`);
}

/**
 * Returns the installed version of the package.
 *
 * @param {import('./strangers.mjs').Stranger} stranger
 * @param {string} folder
 */
export async function versionOf({ manager, package: name }, folder) {
  switch (manager) {
    case 'npm':
      return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
    case 'pip':
      return /^Version: (.*)$/m.exec(
        (await output(['venv/bin/pip', 'show', name], { cwd: folder })).stdout,
      )?.[1];
    case 'go':
      return (await output(['go', 'list', '-m', '-f', '{{.Version}}', name], { cwd: folder })).stdout.trim();
    case 'maven':
      return new RegExp(`<${name}>(.*)</${name}>`).exec(readFileSync(join(folder, 'pom.xml'), 'utf8'))?.[1];
    case 'none': {
      const { stdout, stderr } = await output([name, '-v']);
      return /\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0];
    }
  }
}
