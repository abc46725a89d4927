import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { command, shellQuote } from './shell-quote.js';
import { visible } from './visible.js';

const VALUES = [
  'clicreIas',
  '$(id)',
  "it's",
  '',
  'a b',
  '`id`',
  '-f',
  '*',
  'a\nb',
  '\u{1b}[31m',
  '\u{202e}evil',
  "\\'\u{7}",
  'ü€😀',
];

describe('shellQuote', () => {
  it.each(VALUES)('lets a shell read %j unchanged', (value) => {
    const printed = execFileSync('bash', ['-c', `printf %s ${shellQuote(value)}`], { encoding: 'utf8' });
    expect(printed).toBe(value);
  });

  it.each(VALUES)('writes no invisible character for %j', (value) => {
    expect(visible(shellQuote(value))).toBe(shellQuote(value));
  });

  it('leaves plain words as they are', () => {
    expect(command('cf', 'restage', 'frontend', '--strategy', 'rolling')).toBe(
      'cf restage frontend --strategy rolling',
    );
    expect(command('cf', 'restage', '$(id)')).toBe("cf restage '$(id)'");
  });
});

describe('visible', () => {
  it.each([
    ['\u{1b}[31mred', String.raw`\u{1b}[31mred`],
    ['a\u{202e}b', String.raw`a\u{202e}b`],
    ['a\u{9b}1mb\u{7f}', String.raw`a\u{9b}1mb\u{7f}`],
    ['two\nlines\u{2028}', String.raw`two\u{a}lines\u{2028}`],
    ['zero\u{200b}width', String.raw`zero\u{200b}width`],
    ['Grüße 😀', 'Grüße 😀'],
  ])('shows %j as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
