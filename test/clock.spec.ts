import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The files that read the clock of the machine or its randomness. All others get them, so that tests never sleep. */
const CLOCKS: Readonly<Record<string, string>> = {
  'apps/cli/src/main.ts': 'passes the clock on to the commands',
  'apps/frontend/src/homepage/page-script.ts': 'runs in the browser',
  'libs/ias/src/binding/identity-bindings.ts': 'the default of a parameter',
  'libs/ias/src/core/clocks.ts': 'the clocks of IasModule',
  'libs/ias/src/core/injection-tokens.ts': 'the default of the injected randomness',
  'libs/ias/src/guard/cache/random-replacement-cache.ts': 'the default of a parameter',
  'libs/landscape/src/command/run-landscape.ts': 'passes the clock on to the keeper',
  'libs/landscape/src/landscape-start.ts': 'default of the option now',
  'libs/landscape/src/pki/validity.ts': 'clients check server certificates by the clock of the machine',
  'libs/landscape/src/tenant/tenant-request-listener.ts': 'logs a request if the option now fails',
  'libs/runtime/src/app-logger.ts': 'time stamps of log lines',
  'libs/runtime/src/cloud-foundry-log.ts': 'time stamps of log lines',
  'libs/runtime/src/monotonic-clock.ts': 'the clock of the apps',
  'libs/testing/src/bad-requests/date-bad-tokens.ts': 'the apps under test have the clock of the machine',
  'libs/testing/src/bad-requests/token-forger.ts': 'the apps under test have the clock of the machine',
};

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const CLOCK = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bhrtime\b/;

describe('time and randomness', () => {
  it('come from the files of clocks only', () => {
    const files = execFileSync('git', ['ls-files', 'apps/*/src/*.ts', 'libs/*/src/*.ts'], {
      encoding: 'utf8',
    })
      .split('\n')
      .filter((file) => file !== '' && !file.endsWith('.spec.ts'));
    expect(files.length).toBeGreaterThan(300);
    const readers = files.filter((file) => CLOCK.test(readFileSync(file, 'utf8').replaceAll(COMMENT, '')));
    expect(readers.toSorted()).toEqual(Object.keys(CLOCKS).toSorted());
  });
});
