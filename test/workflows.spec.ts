import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const FOLDER = '.github/workflows';
const workflows = readdirSync(FOLDER).map(
  (name) => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')] as const,
);
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

// actionlint passes when it finds no workflow
it('are there', () => {
  expect(workflows.map(([name]) => name)).toEqual(expect.arrayContaining(['ci.yml', 'release.yml']));
});

it('run the test command of the README', () => {
  const command = 'npm ci && npm test';
  expect(readFileSync('README.md', 'utf8')).toContain(command);
  expect(readFileSync('.ci/run', 'utf8')).toContain(command);
  expect(workflows.find(([name]) => name === 'ci.yml')?.[1]).toContain(`- run: ${command}`);
});

it('run the whole matrix on each supported version of Node.js, and fail if a part cannot run', () => {
  const { jobs } = parse(workflows.find(([name]) => name === 'ci.yml')?.[1] ?? '') as {
    jobs: Record<
      string,
      { strategy: { matrix: object }; steps: { run?: string }[]; 'continue-on-error'?: true }
    >;
  };
  expect(jobs['matrix']).toMatchObject({ strategy: { matrix: { node: [20, 22, 24] } } });
  expect(jobs['matrix']).not.toHaveProperty('continue-on-error');
  const commands = jobs['matrix']?.steps.flatMap(({ run }) => run ?? []);
  expect(commands).toEqual([expect.stringMatching(/&& npm run test:matrix$/)]);
});

/** Packages whose next versions need a newer Node.js (docs/decisions/0018). */
it('let renovate raise no package that docs/decisions/0018 keeps', () => {
  const { packageRules } = JSON.parse(readFileSync('renovate.json', 'utf8')) as {
    packageRules: { matchPackageNames: string[]; allowedVersions?: string }[];
  };
  const limits = new Map(
    packageRules.flatMap(({ matchPackageNames, allowedVersions }) =>
      allowedVersions === undefined ? [] : matchPackageNames.map((name) => [name, allowedVersions] as const),
    ),
  );
  expect(Object.fromEntries(limits)).toMatchObject({
    undici: '~7.30',
    typescript: '~6.0',
    vitest: '~4.1',
    vitepress: '~1.6',
  });
});

describe.each(workflows)('%s', (_name, text) => {
  it('runs no install scripts in jobs that may write or publish', () => {
    const { jobs } = parse(text) as {
      jobs: Record<string, { permissions?: Record<string, string>; steps?: { run?: string }[] }>;
    };
    for (const { permissions = {}, steps = [] } of Object.values(jobs)) {
      if (!Object.values(permissions).includes('write')) continue;
      for (const { run = '' } of steps)
        expect(run).not.toMatch(/\bnpm (ci|install|i)\b(?!.*--ignore-scripts)/);
    }
  });

  it('pins actions by commit, and says which version that is', () => {
    for (const [, action = '', comment] of text.matchAll(/\buses: (\S+)(.*)/g)) {
      if (action.startsWith('./')) continue;
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40}$/);
      expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
    }
  });

  it('gives jobs only the permissions that they name', () => {
    expect([{}, { contents: 'read' }]).toContainEqual((parse(text) as { permissions?: object }).permissions);
  });

  it('calls scripts that exist', () => {
    for (const [, script = ''] of text.matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)) {
      expect(Object.keys(scripts)).toContain(script);
    }
  });
});
