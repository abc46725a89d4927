import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STRANGERS } from './strangers/strangers.mjs';
import { PAGE, START } from './strangers/tutorial.mjs';
import { sectionsOf } from './strangers/tutorial-page.mjs';

const TIMEOUT_MS = 60_000;

describe('npm run test:strangers', { timeout: TIMEOUT_MS }, () => {
  /** A PATH with a shell, and without the programs that some projects need. */
  let programs: string;
  beforeAll(() => {
    programs = mkdtempSync(join(tmpdir(), 'programs-'));
    symlinkSync('/bin/sh', join(programs, 'sh'));
    chmodSync(programs, 0o755);
  });
  afterAll(() => rmSync(programs, { recursive: true }));

  const run = (...parameters: string[]) =>
    spawnSync(process.execPath, ['scripts/test-strangers.mjs', ...parameters], {
      encoding: 'utf8',
      env: { PATH: programs },
    });

  it.runIf(process.platform !== 'win32')('fails if a project cannot run, unless it may be missing', () => {
    const failed = run('nginx');
    expect(failed.stdout).toContain('!!! NOT RUN: nginx\n!!! This machine has no nginx.\n');
    expect(failed.status).toBe(1);
    const allowed = run('nginx', '--allow-missing');
    expect(allowed.stdout).toContain('!!! NOT RUN: nginx\n');
    expect(allowed.status).toBe(0);
  });

  it('rejects unknown options and projects', () => {
    expect(run('--missing')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--missing'),
    });
    expect(run('nobody')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Unknown project nobody'),
    });
  });

  it('has a row in the documentation for each project', () => {
    const document = readFileSync('docs/reference/strangers.md', 'utf8');
    for (const { title, shows } of STRANGERS) {
      const row = document
        .split('\n')
        .find((line) => line.includes(` ${title} `) && line.includes(` ${shows} `));
      expect([title, row]).toEqual([title, expect.stringMatching(/\| works +\|$/)]);
    }
  });

  it('follows each section of the tutorial with a program, and runs all its code', () => {
    const sections = sectionsOf(PAGE).filter(
      ({ heading, files, commands }) => heading !== START && files.size + commands.length > 0,
    );
    const followed = STRANGERS.filter(({ kind }) => kind === 'tutorial').map(({ folder }) => folder);
    expect(sections.map(({ heading }) => heading)).toEqual(followed);
    for (const { heading, files, commands, other } of sections) {
      expect([heading, other]).toEqual([heading, []]);
      expect(files.size).toBeGreaterThan(0);
      expect(commands.filter(({ mark }) => mark !== 'run')).toEqual([]);
      expect(commands.at(-1)?.output).toContain('200 verified');
    }
  });
});
