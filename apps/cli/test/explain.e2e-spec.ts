import { describe, expect, it } from 'vitest';
import {
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  DOWNSTREAM_ERRORS,
  REJECTIONS,
  TOKEN_REQUEST_ERRORS,
} from 'nest-ias/internal';
import { LOG_CODES, PROBLEM_CODES } from '@nest-ias/runtime/internal';
import { runIas } from './run-ias.js';

const CODES = [
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  TOKEN_REQUEST_ERRORS,
  DOWNSTREAM_ERRORS,
  REJECTIONS,
  PROBLEM_CODES,
  LOG_CODES,
].flatMap((table) => Object.keys(table));

describe('ias explain', () => {
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
