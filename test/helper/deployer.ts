import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const LIBRARY = resolve('node_modules/.cache/nest-ias/multiapps-mta-2.42.0');
const DOWNLOAD_PATIENCE_MS = 240_000;

const parameters = z.record(z.string(), z.unknown());
const resolvedSchema = z.object({
  modules: z.record(
    z.string(),
    z.object({
      type: z.string(),
      parameters,
      properties: parameters,
      requires: z.record(z.string(), parameters),
    }),
  ),
  resources: z.record(z.string(), z.object({ type: z.string(), active: z.boolean(), parameters })),
});

/** A descriptor after the deployer has merged its extensions and resolved all placeholders and references. */
export type ResolvedDescriptor = z.infer<typeof resolvedSchema>;

/** Returns why the deployer's own library cannot run on this machine; undefined if it can. */
export function whyNoDeployer(): string | undefined {
  const missing = ['java', 'mvn'].filter((command) => spawnSync(command, ['-version']).error !== undefined);
  if (missing.length > 0) return `${missing.join(' and ')} not found on the PATH`;
  return existsSync(LIBRARY) ? undefined : download();
}

/** Resolves the deployment descriptor and its extensions with the library of SAP's MultiApps controller. */
export function deployerResolves(descriptor: string, ...extensions: readonly string[]): ResolvedDescriptor {
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-descriptor-'));
  const files = [descriptor, ...extensions].map((text, index) => {
    const file = join(folder, `${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const run = spawnSync(
    'java',
    ['--class-path', join(LIBRARY, '*'), 'test/deployer/ResolveDescriptor.java', ...files],
    { encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true });
  if (run.status !== 0) throw new Error(/Exception: (.*)/.exec(run.stderr)?.[1] ?? run.stderr);
  return resolvedSchema.parse(JSON.parse(run.stdout));
}

function download(): string | undefined {
  const partial = `${LIBRARY}.${process.pid}`;
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`];
  const run = spawnSync('mvn', ['--quiet', '--batch-mode', '--file', 'test/deployer/pom.xml', ...goal], {
    encoding: 'utf8',
    timeout: DOWNLOAD_PATIENCE_MS,
  });
  if (run.status !== 0) {
    rmSync(partial, { recursive: true, force: true });
    return `mvn could not download it: ${/ERROR\] (.*)/.exec(run.stdout)?.[1] ?? run.error?.message ?? 'it failed'}`;
  }
  renameSync(partial, LIBRARY);
  return undefined;
}
