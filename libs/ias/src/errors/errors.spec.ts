import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DownstreamError } from './downstream-error.js';
import { TokenRequestError } from './token-request-error.js';
import type { DownstreamErrorCode } from './downstream-error.js';
import type { TokenRequestErrorCode } from './token-request-error.js';

const reference = readFileSync('docs/reference/errors.md', 'utf8');
const documented = [...reference.matchAll(/^\| `([a-z_]+)` +\|(?: ([a-z]+) +\|)?/gm)].map(
  ([, code, kind]) => ({
    code,
    kind,
  }),
);

describe('docs/reference/errors.md', () => {
  it.each(['binding', 'configuration', 'token-request', 'downstream'])('lists every code of %s', (name) => {
    const source = readFileSync(`libs/ias/src/errors/${name}.error.ts`, 'utf8');
    const [, union = ''] = /export type \w+Code =([^;]+);/.exec(source) ?? [];
    const codes = [...union.matchAll(/'([a-z_]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(0);
    expect(documented.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
  });

  it('tells the kind each code has', () => {
    const outbound = documented.filter(
      ({ kind }) => kind === 'unavailable' || kind === 'timeout' || kind === 'refused',
    );
    expect(outbound.length).toBe(25);
    for (const { code = '', kind } of outbound) {
      const error = code.startsWith('downstream_')
        ? new DownstreamError(code as DownstreamErrorCode, '')
        : new TokenRequestError(code as TokenRequestErrorCode, '');
      expect([code, error.kind]).toEqual([code, kind]);
    }
  });
});
