import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { type CodeSample, codeSamples, compileErrors, parses } from './helper/code-samples.js';
import { pagesWithCommands } from './helper/command-blocks.js';

const DECLARATIONS = ['test/helper/sample-declarations.d.ts', 'test/helper/sample-modules.d.ts'];

const samplesOf = (...languages: string[]) =>
  pagesWithCommands().flatMap((page) => codeSamples(page, readFileSync(page, 'utf8'), new Set(languages)));

/** `npm run test:strangers` compiles and runs the samples of this page, in any language. */
const RUN_BY_STRANGERS = 'docs/tutorials/call-from-other-languages.md';

it('the samples of TypeScript in the documentation compile', () => {
  const samples = samplesOf('ts');
  expect(samples.length).toBeGreaterThan(40);
  expect(compileErrors(samples, DECLARATIONS)).toEqual([]);
}, 120_000);

it('the compiler finds what is wrong in a sample', () => {
  const sample = (text: string): CodeSample => ({ page: 'page.md', line: 1, language: 'ts', text });
  expect(
    compileErrors(
      [
        sample('IasModule.forRoot({ outbound: 1 });'),
        sample('@Get()\nlist(@Claim() claims: IasClaims) {}'),
        sample("await this.client.fetch('/orders');\nIasModule.forRoots();"),
      ],
      DECLARATIONS,
    ).map((error) => error.replace(/ at .*/, '')),
  ).toEqual([
    "page.md:1 Type 'number' is not assignable to type 'boolean | undefined'.",
    expect.stringContaining("Cannot find name 'Claim'."),
    expect.stringContaining("Property 'forRoots' does not exist"),
  ]);
}, 120_000);

it('the samples of JSON and YAML in the documentation can be read', () => {
  const unreadable = samplesOf('json', 'yaml').flatMap(({ page, line, language, text }) => {
    const [error] = language === 'json' ? jsonErrors(text) : parseDocument(text).errors;
    return error ? [`${page}:${line} ${error.message}`] : [];
  });
  expect(unreadable).toEqual([]);
});

it('the samples of JavaScript in the documentation can be parsed', () => {
  const invalid = samplesOf('js').filter(({ text }) => !parses(text));
  expect(invalid).toEqual([]);
});

it('a test checks the samples of every language', () => {
  const here = ['ts', 'json', 'yaml', 'js'];
  const elsewhere = ['python', 'go', 'sh', 'text', 'powershell', 'nginx', 'haproxy'];
  const checked = new Set([...here, ...elsewhere]);
  const pages = pagesWithCommands().filter((page) => page !== RUN_BY_STRANGERS);
  const unchecked = pages.flatMap((page) => {
    const markdown = readFileSync(page, 'utf8');
    const found = Array.from(markdown.matchAll(/^ *```([a-z]+)/gm), ([, language = '']) => ({
      page,
      language,
    }));
    return found.filter(({ language }) => !checked.has(language));
  });
  expect(unchecked).toEqual([]);
});

function jsonErrors(text: string): Error[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [error as Error];
  }
}
