import { describe, expect, it } from 'vitest';
import { printable } from './printable.js';

describe('printable', () => {
  it.each([
    ['clicreIas', 'clicreIas'],
    ['a\nb\u001b[31mc\u2028d', 'a?b?[31mc?d'],
    ['x'.repeat(101), `${'x'.repeat(100)}…`],
    [undefined, '(none)'],
    [5, '(none)'],
  ])('%j is shown as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});
