import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

it('matches the code in the how-to', () => {
  const quotes = [...read('../../../docs/how-to/test-your-app.md').matchAll(/^```ts\n(.*?)^```$/gms)];
  // The other ones are recipes that test/matrix runs.
  expect(quotes.slice(0, 2).map(([, code]) => code)).toEqual([
    read('orders.module.ts'),
    read('orders.spec.ts'),
  ]);
});
