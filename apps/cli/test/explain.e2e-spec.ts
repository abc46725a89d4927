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

  it('names several causes, each with a remedy, and the next command', async () => {
    const explained = async (code: string, environment = {}) =>
      (await runIas(['explain', code], { environment })).stdout;
    for (const code of ['client_rejected', 'proof_missing', 'binding_missing', 'token_endpoint_untrusted'])
      expect(
        (await explained(code)).match(/^ {2}possible cause .*\n +do: .*[^ ]$/gm)?.length,
      ).toBeGreaterThan(2);
    expect(await explained('client_rejected')).toMatch(/^ +next +ias doctor$/m);
    expect(await explained('proof_missing')).toMatch(/^ +next +ias doctor --target URL$/m);
    expect(await explained('keys_unavailable')).toMatch(/^ +next +ias doctor --role receiver$/m);
  });

  it('names commands as they are called in the repository', async () => {
    const environment = { npm_lifecycle_event: 'ias', npm_package_name: 'nest-ias-workspace' };
    for (const code of CODES) {
      const { stdout } = await runIas(['explain', code], { environment });
      expect(stdout).not.toMatch(/(?<!run -s )\bias (?:doctor|inspect|verify)/);
    }
    const { stdout } = await runIas(['explain', 'client_rejected'], { environment });
    expect(stdout).toMatch(/^ +next +npm run -s ias -- doctor$/m);
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
