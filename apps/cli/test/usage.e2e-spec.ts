import { describe, expect, it } from 'vitest';
import { runIas } from './run-ias.js';

describe('ias', () => {
  it('has a help', async () => {
    const { exitCode, stdout } = await runIas(['--help']);
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot('snapshots/help.txt');
  });

  it.each([
    [[]],
    [['nonsense']],
    [['--nonsense']],
    [['explain']],
    [['explain', 'client_rejected', 'more']],
    [['inspect', '--nonsense']],
    [['inspect', '/nonexistent/file']],
    [['inspect', '-']],
    [['inspect', '/dev/zero']],
    [['inspect', '/']],
    [['doctor', '--from', '/dev/zero']],
  ])('exits with 3 for %j', async (parameters) => {
    const { exitCode, stdout, stderr } = await runIas(parameters);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('suggests the command that was meant', async () => {
    expect((await runIas(['doctors'])).stderr).toContain(
      "unknown command 'doctors' (Did you mean doctor?)\n",
    );
  });

  it('escapes control characters of its arguments', async () => {
    const { stderr } = await runIas(['\u{1b}[31m']);
    expect(stderr).toContain(String.raw`unknown command '\u{1b}[31m'`);
  });
});
