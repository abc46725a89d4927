import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { runIas } from './run-ias.js';

/** Types into an interactive zsh in a pseudo-terminal, and waits for what it shows. */
const SESSION = String.raw`
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "source $1; print 'load''ed'"
zpty -r shell shown '*loaded*'
zpty -n -w shell $'ias doctor --tar\t'
zpty -r shell shown '*ias doctor --target*'
zpty -n -w shell $'\C-u' $'ias doctor --role \t\t'
zpty -r shell shown '*caller*receiver*'
zpty -n -w shell $'\C-u' $'ias land\t'
zpty -r shell shown '*ias landscape*'
zpty -d shell
`;

it('completes commands, options and choices in zsh', async ({ skip }) => {
  skip(!hasZsh() && process.env['CI'] === undefined, 'zsh was not found: install it.');
  const folder = await mkdtemp(join(tmpdir(), 'ias-zsh-'));
  try {
    const { stdout } = await runIas(['completion', 'zsh']);
    await writeFile(join(folder, 'completion.zsh'), stdout);
    await writeFile(join(folder, 'session.zsh'), SESSION);
    const session = ['-f', join(folder, 'session.zsh'), join(folder, 'completion.zsh')];
    const options = { timeout: 15_000, env: { ...process.env, TERM: 'dumb', HOME: folder } };
    await expect(promisify(execFile)('zsh', session, options)).resolves.toMatchObject({ stderr: '' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

function hasZsh(): boolean {
  try {
    execFileSync('zsh', ['--version']);
    return true;
  } catch {
    return false;
  }
}
