import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const PAGE = 'docs/how-to/own-router.md';

/** The lines of the block of a language, without ports, which differ from run to run. */
function linesOf(language: string): string[] {
  const [, block = ''] =
    new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(readFileSync(PAGE, 'utf8')) ?? [];
  return block
    .split('\n')
    .map(withoutPort)
    .filter((line) => line !== '');
}

const withoutPort = (line: string) => line.trim().replace(/(?:127\.0\.0\.1)?:(?:\d+|\$\{\w+\})/, ':port');

it.each(['nginx', 'haproxy'])(
  'the configuration of %s is the one that npm run test:strangers runs',
  (router) => {
    const lines = linesOf(router);
    const source = readFileSync(`test/strangers/routers/${router}.mjs`, 'utf8');
    const tested = new Set(source.split('\n').map(withoutPort));
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => !tested.has(line))).toEqual([]);
  },
);
