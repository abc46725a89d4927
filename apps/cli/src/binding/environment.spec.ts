import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { readEnvironment } from './environment.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('names the file of VCAP_SERVICES_FILE_PATH that it cannot read', () => {
  vi.stubEnv('VCAP_APPLICATION', '{}');
  vi.stubEnv('VCAP_SERVICES_FILE_PATH', join(tmpdir(), 'nest-ias-no-such-file.json'));
  expect(() => readEnvironment(process.env)).toThrow(
    /the file of VCAP_SERVICES_FILE_PATH .*nest-ias-no-such-file\.json.*ENOENT/,
  );
});
