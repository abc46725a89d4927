import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Controller, Get, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { createIdentity, type Landscape, overrideIas, startLandscape } from '@nest-ias/testing';
import { Claims, IasAuthGuard, type IasClaims, IasModule, IasTokenProvider } from 'nest-ias';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const HOW_TO = new URL('../docs/how-to/develop-locally.md', import.meta.url);
const ROOT = process.cwd();
const VARIABLES = [
  'IAS_CA_FILE',
  'IAS_PROOF_OF_POSSESSION',
  'VCAP_APPLICATION',
  'VCAP_SERVICES',
  'VCAP_SERVICES_FILE_PATH',
];

@Controller('orders')
class OrdersController {
  @Get()
  list(@Claims() { sub }: IasClaims): object {
    return { askedBy: sub };
  }
}

@Module({
  imports: [IasModule.forRoot({ outbound: true, loadDefaultEnv: true })],
  controllers: [OrdersController],
  providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }],
})
class OrdersModule {}

let landscape: Landscape;
let folder: string;

beforeAll(async () => {
  landscape = await startLandscape();
});
afterAll(() => landscape.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'develop-locally-'));
  process.chdir(folder);
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  process.chdir(ROOT);
  await rm(folder, { recursive: true });
});

/** The commands below a marker of the how-to. */
const commandsOf = async (marker: string) => {
  const text = await readFile(HOW_TO, 'utf8');
  const [, commands = ''] = text.split(`<!-- commands: ${marker} -->`)[1]?.split(/```(?:sh.*\n)?/) ?? [];
  expect(commands).toContain('> default-env.json');
  return commands;
};

/** Runs commands with a `cf` that prints what Cloud Foundry would. */
const runWithCf = async (commands: string, printed: Readonly<Record<string, string>>) => {
  const cases = Object.entries(printed).map(([command, output], index) => {
    return { command, output, file: `output-${index}` };
  });
  for (const { output, file } of cases) await writeFile(join(folder, file), output);
  const branches = cases.map(({ command, file }) => `'${command}') cat '${join(folder, file)}';;`);
  const script = `#!/bin/sh\ncase "$*" in\n${branches.join('\n')}\ncreate-service-key*) ;;\n*) exit 1;;\nesac\n`;
  await writeFile(join(folder, 'cf'), script, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { cwd: folder, env });
};

/** Adds variables for a tenant that no public authority vouches for. */
const addVariables = async (more: object) => {
  const content = JSON.parse(await readFile('default-env.json', 'utf8')) as object;
  await writeFile('default-env.json', JSON.stringify({ ...content, ...more }));
};

const withApp = async (use: (app: INestApplication) => Promise<void>) => {
  const module = await Test.createTestingModule({ imports: [OrdersModule] }).compile();
  const app = module.createNestApplication({ logger: false });
  try {
    await app.init();
    await use(app);
  } finally {
    await app.close();
  }
};

const DOCUMENTED = [
  [
    'service key',
    async () => {
      const credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
      const key = `Getting key laptop for service instance clicreIas as ada...\n\n${JSON.stringify({ credentials }, undefined, 2)}\n`;
      return { 'service-key clicreIas laptop': key };
    },
  ],
  [
    'binding of an app',
    async () => {
      const VCAP_SERVICES = landscape.vcapServices(await landscape.issueBinding({ type: 'X509_GENERATED' }));
      const environment = JSON.stringify({ system_env_json: { VCAP_SERVICES }, application_env_json: {} });
      return { 'app backendclicer --guid': 'the-guid\n', 'curl /v3/apps/the-guid/env': environment };
    },
  ],
] as const;

describe.runIf(process.platform !== 'win32').each(DOCUMENTED)(
  'default-env.json from a %s',
  (marker, print) => {
    beforeEach(async () => runWithCf(await commandsOf(marker), await print()));

    it('belongs to its owner only', async () => {
      expect((await stat('default-env.json')).mode & 0o077).toBe(0);
    });

    it('lets the app fetch tokens and accept its callers', async () => {
      await addVariables({ IAS_CA_FILE: await landscape.caFile() });
      await withApp(async (app) => {
        const { value } = await app.get(IasTokenProvider).getToken();
        const call = () => request(app.getHttpServer()).get('/orders').auth(value, { type: 'bearer' });
        expect((await call()).body).toMatchObject({ code: 'proof_missing' });
      });
      await addVariables({ IAS_PROOF_OF_POSSESSION: 'off' });
      await withApp(async (app) => {
        const { value } = await app.get(IasTokenProvider).getToken();
        const { body } = await request(app.getHttpServer()).get('/orders').auth(value, { type: 'bearer' });
        expect(body).toEqual({ askedBy: landscape.application.clientId });
      });
    });
  },
);

describe('the option loadDefaultEnv', () => {
  const writeBinding = async () => {
    const VCAP_SERVICES = landscape.vcapServices(await landscape.issueBinding({ type: 'X509_GENERATED' }));
    await writeFile('default-env.json', JSON.stringify({ VCAP_SERVICES }));
  };

  it('reads no file in a deployed app', async () => {
    await writeBinding();
    vi.stubEnv('VCAP_APPLICATION', '{}');
    await expect(withApp(async () => undefined)).rejects.toMatchObject({ code: 'binding_missing' });
  });

  it('lets a binding in the environment win', async () => {
    await writeBinding();
    vi.stubEnv('VCAP_SERVICES', '{"identity":[{"name":"other","label":"identity","credentials":{}}]}');
    await expect(withApp(async () => undefined)).rejects.toMatchObject({
      code: 'binding_invalid',
      message: expect.stringContaining('"other"'),
    });
  });

  it('reads no file in a test that brings the credentials', async () => {
    await writeFile('default-env.json', '{ broken');
    const builder = overrideIas(Test.createTestingModule({ imports: [OrdersModule] }), landscape);
    const app = (await builder.compile()).createNestApplication({ logger: false });
    await app.init();
    const headers = await (await createIdentity(landscape)).headers();
    expect((await request(app.getHttpServer()).get('/orders').set(headers)).status).toBe(200);
    await app.close();
  });

  it('names a file that is not JSON', async () => {
    await writeFile('default-env.json', '{ broken');
    await expect(withApp(async () => undefined)).rejects.toMatchObject({
      code: 'binding_unreadable',
      message: expect.stringContaining('default-env.json: it is not JSON'),
    });
  });
});
