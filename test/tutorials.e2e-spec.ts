import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandBlock, commandBlocks, isSeenOutput, pagesWithRuns } from './helper/command-blocks.js';
import { freePort } from './helper/free-port.js';
import { skipWithoutSignals } from './helper/process-tree.js';

const TUTORIAL = 'docs/tutorials/first-steps.md';
/** `npm run test:strangers` follows this page, because it needs other languages and their registries. */
const LANGUAGES = 'docs/tutorials/call-from-other-languages.md';
/** Pages whose commands need the landscape, the files and the variables of steps 2 to 6. */
const FOLLOWING = pagesWithRuns().filter((page) => page !== TUTORIAL && page !== LANGUAGES);
const START_TIMEOUT_MS = 180_000;

/** What Bash prints between the output of two blocks, so that they share variables and can be told apart. */
const END = '=== end of block ===';

describe('the first tutorial', { timeout: START_TIMEOUT_MS }, () => {
  let clone: string;
  let frontend: number;
  let started: ChildProcess;

  beforeAll(async () => {
    clone = mkdtempSync(join(tmpdir(), 'nest-ias-tutorial-'));
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
    for (const file of files.toString().split('\0').filter(isSource))
      cpSync(file, join(clone, file), { recursive: true });
    symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
    frontend = await freePort();
    started = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: clone,
      env: { ...cleanEnvironment(), FRONTEND_PORT: String(frontend), BACKEND_PORT: String(await freePort()) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    const stdout = started.stdout as Readable;
    stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    while (!output.includes('Ready: open') && started.exitCode === null) await once(stdout, 'data');
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    if (started?.exitCode === null) {
      started.kill('SIGTERM');
      await once(started, 'close');
    }
    rmSync(clone, { recursive: true, force: true });
  });

  it('prints what it shows', (context) => {
    skipWithoutSignals(context);
    expect(differences(runsOf(TUTORIAL))).toEqual([]);
  });

  it.for(FOLLOWING)('prints what %s shows, after steps 2 to 6', (page, context) => {
    skipWithoutSignals(context);
    const preparation = runsOf(TUTORIAL).filter(({ heading }) => /^[2-6]\. /.test(heading));
    expect(preparation.length).toBeGreaterThan(5);
    expect(differences(runsOf(page), preparation)).toEqual([]);
  });

  /** What a page shows and Bash, which has run the preparation, does not print. */
  function differences(blocks: readonly CommandBlock[], preparation: readonly CommandBlock[] = []) {
    const all = [...preparation, ...blocks];
    const script = all.map(({ text }) => `${text}\necho '${END}'`).join('\n');
    const { stdout, stderr, status } = spawnSync('bash', ['-eu'], {
      cwd: clone,
      input: script.replaceAll('localhost:3000', `localhost:${frontend}`),
      env: cleanEnvironment(),
      encoding: 'utf8',
    });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    const printed = stdout.split(`${END}\n`).slice(preparation.length);
    return blocks.flatMap(({ line, output }, index) =>
      output === undefined || isSeenOutput(output, printed[index] ?? '')
        ? []
        : [{ line, output, printed: printed[index] }],
    );
  }
});

const runsOf = (page: string) =>
  commandBlocks(readFileSync(page, 'utf8')).filter(({ mark }) => mark === 'run');

const isSource = (path: string) => path !== '' && dirname(path) !== 'docs/images';

/** The variables of this process without those of the test runner. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, VITEST_WORKER_ID: ___, ...rest } = process.env;
  return rest;
}
