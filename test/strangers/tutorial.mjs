import { execFileSync, spawn } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { assertPrograms, assertRegistry, MissingError } from './installations.mjs';
import { freePort, output } from './processes.mjs';
import { sectionsOf } from './tutorial-page.mjs';

export const PAGE = 'docs/tutorials/call-from-other-languages.md';
/** The first block of this section starts the landscape and the apps; the others set the variables of the others. */
export const START = '1. Start everything';
/** The port of the page on which the CAP app listens. */
const CAP_PORT = '4004';
const END = '=== end of block ===';
const START_DEADLINE_MS = 300_000;
const MINUTES_10 = 600_000;

/**
 * Follows the tutorial in a copy of this repository, which it starts for the first section that it follows.
 *
 * @param {string} root
 */
export function openTutorial(root) {
  /** @type {Promise<{ clone: string, stop: () => Promise<void> }> | undefined} */
  let started;
  return {
    /** @param {import('./strangers.mjs').Stranger} stranger */
    async follow(stranger) {
      await assertPrograms(stranger.programs ?? []);
      started ??= start(join(root, 'clone'));
      const folder = join(root, stranger.name);
      const checks = [await followSection(stranger.folder, (await started).clone, folder)];
      return { version: (await output(stranger.command, { cwd: folder })).stdout.trim(), checks };
    },
    async stop() {
      await (await started)?.stop();
    },
  };
}

/** @param {string} clone */
async function start(clone) {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of files.toString().split('\0').filter(Boolean))
    cpSync(file, join(clone, file), { recursive: true });
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  const child = spawn('bash', ['-c', section(START).commands[0]?.text ?? ''], {
    cwd: clone,
    detached: true,
    env: {
      ...process.env,
      FRONTEND_PORT: String(await freePort()),
      BACKEND_PORT: String(await freePort()),
    },
  });
  const exit = once(child, 'close');
  const stop = async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await exit;
  };
  let text = '';
  child.stderr.on('data', (chunk) => (text += chunk));
  await /** @type {Promise<void>} */ (
    new Promise((ready, reject) => {
      const fail = () => reject(new Error(`npm start failed: ${text.slice(-2000)}`));
      const timer = setTimeout(() => void stop().then(fail), START_DEADLINE_MS);
      void exit.then(fail);
      child.stdout.on('data', (chunk) => {
        text += chunk;
        if (!text.includes('Ready: open')) return;
        clearTimeout(timer);
        ready();
      });
    })
  );
  return { clone, stop };
}

/**
 * Writes the files of a section into an empty folder, runs its commands, and compares what they print.
 *
 * @param {string} heading
 * @param {string} clone
 * @param {string} folder
 * @returns {Promise<import('./run-strangers.mjs').Check>}
 */
async function followSection(heading, clone, folder) {
  const { files, commands } = section(heading);
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const [, ...preparation] = section(START).commands;
  const script = [
    ...preparation.map(({ text }) => text),
    `cd '${folder}'`,
    ...commands.map(({ text }) => `echo '${END}'\n${text}`),
  ].join('\n');
  const file = join(folder, '..', `${heading}.sh`);
  writeFileSync(file, script.replaceAll(CAP_PORT, String(await freePort())));
  const command = [...(await withNames(join(folder, '..', 'hosts'))), 'bash', '-eu', file];
  const { stdout, stderr, code } = await output(command, { cwd: clone, timeout: MINUTES_10 });
  const name = 'prints what the page shows';
  if (code !== 0) {
    assertRegistry(stdout + stderr);
    return { name, problem: (stdout + stderr).slice(-2500) };
  }
  const printed = stdout.split(`${END}\n`).slice(1);
  const different = commands.flatMap(({ output: shown }, index) =>
    shown === undefined || isShown(shown, printed[index] ?? '') ? [] : [{ shown, printed: printed[index] }],
  );
  return different.length === 0 ? { name } : { name, problem: JSON.stringify({ different, stderr }) };
}

/** @param {string} heading */
function section(heading) {
  const found = sectionsOf(PAGE).find((candidate) => candidate.heading === heading);
  if (found === undefined) throw new Error(`${PAGE} has no section ${heading}.`);
  return found;
}

/**
 * Whether a program printed what the page shows; `…` is any text.
 *
 * @param {string} shown
 * @param {string} printed
 */
function isShown(shown, printed) {
  const parts = shown.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('[^]*?')}$`).test(stripVTControlCharacters(printed).trim());
}

/**
 * Returns a command that runs another one in which the names of the page resolve: with the line that the page adds to
 * `/etc/hosts`, unless the machine resolves the names already.
 *
 * @param {string} hosts file to write
 * @throws {MissingError}
 */
async function withNames(hosts) {
  const line = section(START).other.find((text) => text.startsWith('127.0.0.1 ')) ?? '';
  const [, ...names] = line.split(' ');
  const resolved = await Promise.allSettled(names.map((name) => lookup(name)));
  if (resolved.every(({ status }) => status === 'fulfilled')) return [];
  writeFileSync(hosts, `${readFileSync('/etc/hosts', 'utf8')}\n${line}\n`);
  const options = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--map-root-user'];
  const mount = ['unshare', ...options, 'sh', '-c', `mount --bind '${hosts}' /etc/hosts && exec "$@"`, 'sh'];
  const { code } = await output([...mount, 'true']);
  if (code !== 0) throw new MissingError(`Add this line to /etc/hosts: ${line}`);
  return mount;
}
