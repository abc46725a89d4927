import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  DOWNSTREAM_ERRORS,
  TOKEN_REQUEST_ERRORS,
} from './error-codes.js';
import type { FailureKind } from './error-codes.js';
import { DownstreamError, TokenRequestError } from './ias-error.js';

interface Description {
  readonly kind?: FailureKind;
  readonly meaning: string;
  readonly remedy: string;
}

const reference = readFileSync(new URL('../../../../docs/reference/errors.md', import.meta.url), 'utf8');

/** The cells of each row that begins with a code, without the formatting; the rejections of the guard have another spec. */
const rows = (reference.split('## Rejections of the guard')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| <a id='));
const documented = rows.map((line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll(/`|<a id="\w+"><\/a>/g, '').trim()),
);

const rowsOf = (table: Readonly<Record<string, Description>>) =>
  Object.entries(table).map(([code, { kind, meaning, remedy }]) =>
    [code, kind ?? [], meaning, remedy].flat(),
  );

describe('docs/reference/errors.md', () => {
  it('describes every code as the tables do, in the same order, and no other', () => {
    const tables = [BINDING_ERRORS, CONFIGURATION_ERRORS, TOKEN_REQUEST_ERRORS, DOWNSTREAM_ERRORS];
    expect(documented).toEqual(tables.flatMap(rowsOf));
  });

  it('has an anchor for every code', () => {
    const anchors = rows.map((line) => /<a id="(\w+)">/.exec(line)?.[1]);
    expect(anchors).toEqual(documented.map(([code]) => code));
  });
});

describe('kind', () => {
  it.each([
    new TokenRequestError('token_endpoint_overloaded', ''),
    new TokenRequestError('token_endpoint_timeout', ''),
    new TokenRequestError('client_rejected', ''),
  ])('of $code comes from the table of token requests', ({ code, kind }) => {
    expect(kind).toBe(TOKEN_REQUEST_ERRORS[code].kind);
  });

  it.each([
    new DownstreamError('downstream_overloaded', ''),
    new DownstreamError('downstream_timeout', ''),
    new DownstreamError('downstream_rejected', ''),
  ])('of $code comes from the table of calls', ({ code, kind }) => {
    expect(kind).toBe(DOWNSTREAM_ERRORS[code].kind);
  });
});
