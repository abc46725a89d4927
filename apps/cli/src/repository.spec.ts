import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandName } from './repository.js';

describe('the command to copy', () => {
  it.each([
    [{ npm_lifecycle_event: 'ias', npm_package_name: 'nest-ias-workspace' }, 'x', 'npm run -s ias --'],
    [{}, resolve('ias.mjs'), 'node ias.mjs'],
    [{}, resolve('some where/ias.mjs'), "node 'some where/ias.mjs'"],
    [{ npm_lifecycle_event: 'npx' }, resolve('node_modules/.bin/ias'), 'npx --no ias'],
    [{}, '/usr/local/bin/ias', 'ias'],
    [{}, '', 'ias'],
  ])('with %j and the file %s is "%s"', (environment, program, name) => {
    expect(commandName(environment, program)).toBe(name);
  });
});
