import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import project from '../package.json' with { type: 'json' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-conflicts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['finds a conflict marker', `a\n${'<'.repeat(7)} HEAD\nb\n`, 2],
  ['accepts other text, with spaces at the end of a line', 'a  \nb\n', 0],
])('npm run conflicts %s', (_, text, status) => {
  writeFileSync(join(folder, 'note.md'), text);
  for (const options of [
    ['init', '--quiet'],
    ['add', 'note.md'],
  ])
    execFileSync('git', options, { cwd: folder });
  const [git = '', ...options] = project.scripts.conflicts.split(' ');
  expect(spawnSync(git, options, { cwd: folder }).status).toBe(status);
});
