import { describe, expect, it } from 'vitest';
import { REJECTIONS, TOKEN_REQUEST_ERRORS } from 'nest-ias/internal';
import { explainedCodes } from '../src/explain/explanations.js';
import { runIas } from './run-ias.js';

const CODES = explainedCodes();

describe('ias explain', () => {
  it('knows the codes of errors, rejections, apps, router and landscape', () => {
    const some = [
      'binding_missing',
      'downstream_failed',
      'overloaded',
      'start_failed',
      'unknown_route',
      'secret_wrong',
    ];
    const all = [...Object.keys(REJECTIONS), ...Object.keys(TOKEN_REQUEST_ERRORS), ...some];
    expect(CODES).toEqual(expect.arrayContaining(all));
    expect(new Set(CODES).size).toBe(CODES.length);
  });

  it('explains every stable code', async () => {
    const texts = await Promise.all(
      CODES.map(async (code) => {
        const { exitCode, stdout } = await runIas(['explain', code]);
        expect([code, exitCode]).toEqual([code, 0]);
        return stdout;
      }),
    );
    await expect(texts.join('\n')).toMatchFileSnapshot('snapshots/explain.txt');
  });

  it.each([
    ['not_found', 404],
    ['internal_server_error', 500],
  ])('explains %s, which is the name of a status', async (code, status) => {
    const { exitCode, stdout } = await runIas(['explain', code]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`answer +${status}: .*errors\\.md#codes-of-the-apps-`, 's'));
  });

  it.each([
    ['client_rejectd', /unknown.*client_rejected/],
    ['nonsense', /unknown/],
    ['toString', /unknown/],
    ['\u{1b}[31m', /The code \\u\{1b\}\[31m is unknown/],
  ])('calls the unknown code %j a usage error', async (code, message) => {
    const { exitCode, stdout, stderr } = await runIas(['explain', code]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
