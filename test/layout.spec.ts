import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type IConfiguration, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { forbidden = [] } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IConfiguration;

/** Folders of libs/ias/src, and what each of them may import besides itself. */
const FOLDERS = {
  errors: [],
  core: ['errors'],
  net: ['core', 'errors'],
  binding: ['net', 'core', 'errors'],
  token: ['binding', 'net', 'core', 'errors'],
  guard: ['binding', 'net', 'core', 'errors'],
  client: ['token', 'guard', 'binding', 'net', 'core', 'errors'],
  axios: ['client', 'errors'],
  graphql: ['guard', 'core'],
  schematic: [],
  swagger: ['guard', 'binding', 'core', 'errors'],
  health: ['binding', 'core'],
  module: ['health', 'guard', 'token', 'binding', 'net', 'core', 'errors'],
} satisfies Record<string, readonly string[]>;

type Folder = keyof typeof FOLDERS;
const NAMES = Object.keys(FOLDERS) as Folder[];
const PAIRS = NAMES.flatMap((from) => NAMES.filter((to) => to !== from).map((to) => [from, to] as const));
const isAllowed = ([from, to]: readonly [Folder, Folder]) =>
  (FOLDERS[from] as readonly string[]).includes(to);

/** Folders that must not import each other, whatever else changes. */
const STRANGERS = [
  ['libs/ias', 'libs/landscape'],
  ['libs/landscape', 'libs/ias'],
  ['libs/ias', 'libs/testing'],
  ['libs/ias', 'libs/runtime'],
  ['libs/ias', 'apps/backend'],
  ['apps/backend', 'apps/frontend'],
  ['apps/backend', 'libs/landscape'],
  ['apps/frontend', 'libs/testing'],
  ['libs/landscape', 'scripts'],
] as const;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layout-'));
});
afterAll(async () => rm(folder, { recursive: true }));

/** Names of the rules that a file of one folder breaks by importing a file of another. */
async function brokenRules(from: string, to: string): Promise<string[]> {
  const [importer, imported] = [join(from, 'importer.ts'), join(to, 'imported.ts')];
  for (const file of [importer, imported]) await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, imported), 'export const imported = 1;\n');
  const path = relative(dirname(importer), imported).replace(/\.ts$/, '.js');
  await writeFile(join(folder, importer), `import { imported } from '${path}';\nconsole.log(imported);\n`);
  const ruleSet = { forbidden } as unknown as IFlattenedRuleSet;
  const { output } = await cruise([importer], { baseDir: folder, ruleSet, validate: true });
  return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
}

describe('the layout', () => {
  it.each(PAIRS.filter((pair) => !isAllowed(pair)))('forbids %s to import %s', async (from, to) => {
    expect(await brokenRules(`libs/ias/src/${from}`, `libs/ias/src/${to}`)).toContain(
      `imports-of-libs-ias-src-${from}`,
    );
  });

  it.each(PAIRS.filter(isAllowed))('lets %s import %s', async (from, to) => {
    expect(await brokenRules(`libs/ias/src/${from}`, `libs/ias/src/${to}`)).toEqual([]);
  });

  it.each(STRANGERS)('forbids %s to import %s', async (from, to) => {
    expect(await brokenRules(`${from}/src`, `${to}/src`)).toContain(`imports-of-${from.replace('/', '-')}`);
  });

  it('states the number of files', () => {
    const sources = execFileSync('git', ['ls-files', 'libs/ias/src/*/*.ts'], { cwd: ROOT, encoding: 'utf8' })
      .split('\n')
      .filter((file) => /(?<!\.spec)\.ts$/.test(file));
    const said = /These folders have about (\d+) files/.exec(
      readFileSync(join(ROOT, 'docs/reference/layout.md'), 'utf8'),
    );
    expect(Math.abs(Number(said?.[1]) - sources.length)).toBeLessThan(10);
  });

  it('names files in kebab-case, with a dotted suffix for roles of Nest and tests only', () => {
    const files = execFileSync('git', ['ls-files', 'apps', 'libs', 'test', 'scripts', 'bench'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const roles =
      'module|module-definition|controller|service|guard|filter|strategy|decorator|interceptor|config';
    const allowed = new RegExp(
      String.raw`^[a-z0-9]+(-[a-z0-9]+)*(\.(${roles}))?(\.(e2e-)?spec|\.d)?\.(ts|mjs)$`,
    );
    const names = files.split('\n').filter((file) => /\.(ts|mjs)$/.test(file));
    expect(names.filter((file) => !allowed.test(basename(file)))).toEqual([]);
  });
});
