import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { ServerAuthority } from '../pki/server-authority.js';
import { javaTruststore, TRUSTSTORE_PASSWORD } from './java-truststore.js';

const run = promisify(execFile);

it('is a truststore that keytool lists', async ({ skip }) => {
  const hasJava = await run('keytool', ['-help']).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  );
  skip(!hasJava && process.env['CI'] === undefined, 'The Java truststore was not tested: no keytool here.');
  const { pem } = await ServerAuthority.create();
  const folder = await mkdtemp(join(tmpdir(), 'truststore-'));
  const file = join(folder, 'truststore.jks');
  await writeFile(file, javaTruststore(pem, 'landscape'));
  const { stdout } = await run('keytool', [
    '-list',
    '-v',
    '-keystore',
    file,
    '-storepass',
    TRUSTSTORE_PASSWORD,
  ]);
  await rm(folder, { recursive: true });
  expect(stdout).toContain('Alias name: landscape');
  expect(stdout).toContain('Entry type: trustedCertEntry');
  expect(stdout).toContain(new X509Certificate(pem).fingerprint256);
});
