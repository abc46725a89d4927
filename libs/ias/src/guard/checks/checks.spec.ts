import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { REJECTIONS } from '../rejection-codes.js';

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(path, 'utf8');

const reference = read(join(PACKAGE, '../../docs/reference/guard.md'));
const [, section = ''] = /^## What is checked, in this order\n(.*?)^## /ms.exec(reference) ?? [];
/** `1-credentials` and so on. */
const steps = Array.from(
  section.matchAll(/^(\d+)\. \*\*(.+?)\.\*\*/gm),
  ([, number, title = '']) => `${number}-${title.toLowerCase().replaceAll(' ', '-')}`,
);

const files = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.spec.ts'));
const sourceOf = (step: string) => read(join(import.meta.dirname, `${step}.ts`));
/** The codes that the doc comments of a step name. */
const codesOf = (step: string) => {
  const comments = (sourceOf(step).match(/\/\*\*.*?\*\//gs) ?? []).join('\n');
  const named = new Set(Array.from(comments.matchAll(/`(\w+)`/g), ([, name]) => name));
  return Object.keys(REJECTIONS).filter((code) => named.has(code));
};

describe('the checks', () => {
  it('are the steps of the reference, in number and order', () => {
    expect(files.map((name) => name.replace(/\.ts$/, '')).toSorted()).toEqual(steps);
    expect(steps.map((step) => Number.parseInt(step, 10))).toEqual(steps.map((_, index) => index + 1));
  });

  it.each(steps)('%s says which step it is', (step) => {
    expect(sourceOf(step)).toContain(`Step ${Number.parseInt(step, 10)}: `);
  });

  it('name each rejection code', () => {
    const named = steps.flatMap(codesOf);
    expect(named.toSorted()).toEqual(Object.keys(REJECTIONS).toSorted());
  });

  const specs = ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(PACKAGE, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(PACKAGE, folder, name),
      ),
    )
    .filter((path) => path.endsWith('spec.ts'))
    .map(read);

  it.each(steps)('%s has a test for each of its codes', (step) => {
    const untested = codesOf(step).filter((code) => !specs.some((spec) => spec.includes(`'${code}'`)));
    expect(untested).toEqual([]);
  });
});
