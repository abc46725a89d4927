import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REJECTIONS } from './rejections.js';

it('lists every code with its status in the reference, and no other', () => {
  const reference = readFileSync(new URL('../../../../docs/reference/guard.md', import.meta.url), 'utf8');
  const listed = Array.from(reference.matchAll(/^\| `([a-z_]+)`\s*\| (\d{3})/gm), ([, code, status]) => [
    code,
    status,
  ]);
  const known = Object.entries(REJECTIONS).map(([code, { status }]) => [code, String(status)]);
  expect(listed).toEqual(known);
});
