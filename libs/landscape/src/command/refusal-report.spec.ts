import { expect, it } from 'vitest';
import type { LoggedRequest } from '../tenant/request-log.js';
import { RefusalReport } from './refusal-report.js';

const refused: LoggedRequest = {
  time: 0,
  method: 'POST',
  path: '/oauth2/token',
  headers: {},
  form: undefined,
  status: 401,
  refusal: 'certificate_unknown',
  reason: 'Client authentication failed: the certificate is not known for client orders.',
};

it('prints why a request was refused, and the same sentence once in ten seconds', () => {
  const lines: string[] = [];
  const report = new RefusalReport((line) => lines.push(line));
  for (const time of [0, 9_999, 10_000]) report.add({ ...refused, time });
  const line =
    '401 POST /oauth2/token: Client authentication failed: the certificate is not known for client orders.';
  expect(lines).toEqual([line, line]);
});

it('prints nothing for an accepted request', () => {
  const lines: string[] = [];
  const { refusal: _, reason: __, ...accepted } = refused;
  new RefusalReport((line) => lines.push(line)).add({ ...accepted, status: 200 });
  expect(lines).toEqual([]);
});

it.each(['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{2028}', '\u{feff}', '\u{d800}'])(
  'does not print the character %j',
  (character) => {
    const lines: string[] = [];
    new RefusalReport((line) => lines.push(line)).add({ ...refused, path: `/a${character}b` });
    expect(lines[0]).toMatch(/^401 POST \/a\?b: /);
  },
);

it('prints neither tokens nor control characters', () => {
  const lines: string[] = [];
  const report = new RefusalReport((line) => lines.push(line));
  report.add({ ...refused, path: `/\u{1b}[2J${'eyJhbGciOiJSUzI1NiJ9'.repeat(5)}` });
  expect(lines[0]).toMatch(/^401 POST \/\?\[\[redacted\]: /);
});
