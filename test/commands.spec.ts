import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blockLabel, reasonNotRun } from '../docs/.vitepress/block-labels.mjs';
import {
  commandBlocks,
  isSeenOutput,
  pagesWithCommands,
  unexplainedOutputs,
} from './helper/command-blocks.js';

/** A test runs the commands, a test checks their syntax, or they only show something. */
const MARKS = new Set(['run', 'check', 'illustrative']);
const pages = pagesWithCommands();
const blocks = pages.flatMap((page) => {
  const found = commandBlocks(readFileSync(page, 'utf8'));
  return found.map(({ text, mark, line }) => ({ page, text, mark, line }));
});
/** Of apps that `@nestjs/cli` generates. */
const GENERATED_SCRIPTS = new Set(['test:e2e']);

describe('commands in the documentation', () => {
  it('are marked as run, checked or illustrative', () => {
    expect(blocks.length).toBeGreaterThan(50);
    const unmarked = blocks.filter(({ mark }) => !MARKS.has(mark?.split(' ')[0] ?? ''));
    expect(unmarked.map(({ page, line, mark }) => `${page}:${line} ${mark}`)).toEqual([]);
  });

  it('say why no test runs them', () => {
    const unexplained = blocks.filter(
      ({ mark = '', text }) => mark !== 'run' && reasonNotRun(mark, text) === undefined,
    );
    expect(unexplained.map(({ page, line, mark }) => `${page}:${line} ${mark}`)).toEqual([]);
  });

  it('show output that a test compares, or that is called an example', () => {
    const unexplained = pages.flatMap((page) =>
      unexplainedOutputs(readFileSync(page, 'utf8')).map((line) => `${page}:${line}`),
    );
    expect(unexplained).toEqual([]);
  });

  it('have a valid syntax', () => {
    const checked = blocks.filter(({ mark }) => mark === 'run' || mark?.startsWith('check'));
    const invalid = checked.flatMap(({ page, line, text }) => {
      const { stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
      return stderr === '' ? [] : [`${page}:${line} ${stderr}`];
    });
    expect(invalid).toEqual([]);
  });

  it('write keys and tokens to files that only their owner can read', () => {
    const secretFile = />\s*\S*(?:\.key|key\.(?:json|pem)|token\.txt|answer\.json|env\.(?:txt|json))$/m;
    const open = pages.filter((page) => {
      const texts = blocks
        .filter((block) => block.page === page && block.mark !== 'illustrative')
        .map(({ text }) => text);
      const first = texts.findIndex((text) => secretFile.test(text));
      return (
        first !== -1 &&
        !texts
          .slice(0, first + 1)
          .join('\n')
          .includes('umask 077')
      );
    });
    expect(blocks.filter(({ text }) => secretFile.test(text)).length).toBeGreaterThan(5);
    expect(open).toEqual([]);
  });

  it('call scripts of package.json that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    const called = blocks.flatMap(({ text }) =>
      Array.from(text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g), ([, script = '']) => script),
    );
    expect(called.filter((script) => !(script in scripts || GENERATED_SCRIPTS.has(script)))).toEqual([]);
  });
});

describe('blockLabel', () => {
  it.each([
    ['sh run', 'cf push', undefined],
    ['sh check', 'cf push', 'Syntax checked, but not run: it needs SAP BTP.'],
    ['sh check files', 'cf push', 'Syntax checked, but not run: it changes your files.'],
    ['powershell illustrative', 'cf push', 'Not run: it needs SAP BTP.'],
    ['sh check', 'ls', undefined],
    ['sh check toString', 'ls', undefined],
    ['text example', '', 'An example, not the output of a test.'],
    ['ts', '', undefined],
  ])('of a block %j with %j is %j', (info, content, label) => {
    expect(blockLabel(info, content)).toBe(label);
  });
});

describe('unexplainedOutputs', () => {
  const block = (info: string) => `\`\`\`${info}\n-\n\`\`\`\n\n`;

  it.each([
    ['sh run', 'text output', []],
    ['sh check', 'text output', [5]],
    ['sh check', 'json', [5]],
    ['sh check', 'json example', []],
    ['ts', 'json', []],
    ['ts', 'text', [5]],
  ])('of %j and then %j are in the lines %j', (first, second, lines) => {
    expect(unexplainedOutputs(block(first) + block(second))).toEqual(lines);
  });
});

describe('isSeenOutput', () => {
  it.each([
    ['a…c', 'a b c\n', true],
    ['a…', 'b', false],
    ['a.c', 'abc', false],
    ['a', 'a b', false],
  ])('compares %j with %j', (shown, printed, expected) => {
    expect(isSeenOutput(shown, printed)).toBe(expected);
  });
});
