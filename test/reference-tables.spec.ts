import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optionsSchema } from '../libs/ias/src/core/option-defaults-and-limits.js';
import { EVENT_NAMES } from '../libs/ias/test/event-names.js';
import { serverVariables } from '../libs/runtime/src/server-settings.js';
import { withSections } from '../scripts/lib/generated-sections.mjs';
import { CONFIGURATION_SECTIONS, EVENTS, OPTIONS, TELEMETRY_SECTIONS } from './helper/reference-sections.js';

/** What `code` names in the first column of the tables below a heading. */
function documented(page: string, heading: RegExp): string[] {
  const section = readFileSync(page, 'utf8')
    .split(/^(?=##? )/m)
    .find((text) => heading.test(text));
  const cells = (section ?? '').split('\n').map((line) => /^\| ([^|]*) \|/.exec(line)?.[1] ?? '');
  return cells.flatMap((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name)).sort();
}

/** What the sources of these files match, each once. */
function inSources(globs: readonly string[], pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', ...globs], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const files = listed.filter((file) => !file.endsWith('.spec.ts'));
  const names = files.flatMap((file) => {
    const code = readFileSync(file, 'utf8').replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '');
    return Array.from(code.matchAll(pattern), ([, name = '']) => name);
  });
  return [...new Set(names)].sort();
}

it.each([
  ['configuration', CONFIGURATION_SECTIONS],
  ['telemetry', TELEMETRY_SECTIONS],
])('docs/reference/%s.md has the tables of the code', async (name, sections) => {
  const page = resolve(`docs/reference/${name}.md`);
  const written = await withSections(page, readFileSync(page, 'utf8'), sections);
  await expect(written).toMatchFileSnapshot(page);
});

describe('docstrings of options', () => {
  const defaults: Readonly<Record<string, unknown>> = optionsSchema.parse({});

  it('exist for every option, and for no other', () => {
    const withoutVariableOnly = Object.keys(optionsSchema.shape).filter((name) => name !== 'privateKey');
    expect(OPTIONS.map(({ name }) => name).sort()).toEqual(withoutVariableOnly.sort());
    expect(OPTIONS.filter(({ text }) => text === '')).toEqual([]);
  });

  it.each(OPTIONS)('name the default of $name', ({ name, defaultText = '' }) => {
    const shown = /^(?:'[^']*'|\[[^\]]*\]|\d+|true|false)/.exec(defaultText)?.[0].replaceAll("'", '"');
    expect(shown).toBe(JSON.stringify(defaults[name]));
  });
});

it('the docstrings of all events say when they happen', () => {
  expect(EVENTS.filter(({ text }) => text === '')).toEqual([]);
});

describe('docs/reference/configuration.md', () => {
  const variables = documented('docs/reference/configuration.md', /^## Environment variables/);

  it('lists every variable that the apps and nest-ias read', () => {
    const settings = [
      'libs/runtime/src/server-settings.ts',
      'apps/backend/src/*-settings.ts',
      'apps/frontend/src/*-settings.ts',
    ];
    const read = [
      ...inSources(settings, /^ +([A-Z][A-Z_]+): ?(?:z|wholeNumber)/gm),
      ...inSources(['libs/ias/src/core/environment.ts'], /: '(IAS_[A-Z_]+)'/g),
      ...inSources(
        ['libs/ias/src/core/environment.ts', 'libs/ias/src/binding/*.ts'],
        /\['((?:VCAP|SERVICE)_[A-Z_]+)'\]/g,
      ),
    ];
    expect(read.length).toBeGreaterThan(18);
    expect(read.filter((name) => !variables.includes(name))).toEqual([]);
  });

  it('names the defaults of the variables of the server', () => {
    const page = readFileSync('docs/reference/configuration.md', 'utf8');
    const defaults = Object.entries(serverVariables(3001).parse({})).filter(([, value]) => Boolean(value));
    expect(defaults.length).toBeGreaterThan(4);
    for (const [name, value] of defaults) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      expect(row?.split(' | ').at(-1)).toContain(String(value));
    }
  });

  it('lists no variable that nothing reads', () => {
    const sources = inSources(['libs/*/src/*.ts', 'apps/*/src/*.ts'], /\b([A-Z][A-Z_]*)\b/g);
    const elsewhere = new Set(['HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', '/etc/secrets/sapcp']);
    expect(variables.filter((name) => !sources.includes(name) && !elsewhere.has(name))).toEqual([]);
  });
});

describe('docs/reference/telemetry.md', () => {
  const page = readFileSync('docs/reference/telemetry.md', 'utf8');

  it('lists every span, metric and attribute, and no other', () => {
    const names = inSources(
      ['libs/ias/src/*.ts'],
      /'(ias\.(?:token|keys|verdict|certificate|cache|binding|grant_type|trigger)[a-z_.]*)'/g,
    );
    const spans = names.filter((name) => /\.(?:request|fetch)$/.test(name));
    const expected = [...names, ...spans.map((name) => `${name}.duration`)];
    const listed = new Set(Array.from(page.matchAll(/^\| `(ias\.[a-z_.]+)`/gm), ([, name = '']) => name));
    expect([...listed].sort()).toEqual(expected.sort());
  });

  it('lists every event, and no other', () => {
    const listed = documented('docs/reference/telemetry.md', /^## Events/);
    expect(listed).toEqual([...EVENT_NAMES].sort());
  });
});
