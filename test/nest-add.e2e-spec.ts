import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const APP: Readonly<Record<string, string>> = {
  'package.json': '{"name":"app","private":true}',
  'nest-cli.json': '{"collection":"@nestjs/schematics","sourceRoot":"src"}',
  'src/app.module.ts': `import { Module } from '@nestjs/common';
import { AppController } from './app.controller';

@Module({
  imports: [],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
`,
  'src/health.controller.ts': `import { Controller, Get } from '@nestjs/common';

@Controller('health')
export class HealthController {}
`,
  'test/app.e2e-spec.ts': `import { Test } from '@nestjs/testing';
import { AppModule } from './../src/app.module';

const moduleFixture = await Test.createTestingModule({
  imports: [AppModule],
}).compile();
`,
  'manifest.yml': `applications:
  - name: app
    routes:
      - route: ((app)).((domain))
      - route: app.example.com
`,
  'mta.yaml': `modules:
  - name: app
    parameters:
      routes:
        - route: "\${default-url}"
`,
};

let app: string;

beforeEach(async () => {
  app = await mkdtemp(join(await realpath(tmpdir()), 'nest-add-'));
  for (const [name, text] of Object.entries(APP)) {
    await mkdir(dirname(join(app, name)), { recursive: true });
    await writeFile(join(app, name), text);
  }
  await cp('dist/packages/nest-ias', join(app, 'node_modules/nest-ias'), { recursive: true });
  for (const name of (await readdir('node_modules')).filter((entry) => entry !== 'nest-ias'))
    await symlink(resolve('node_modules', name), join(app, 'node_modules', name));
});
afterEach(async () => rm(app, { recursive: true }));

async function nestAdd(...flags: string[]): Promise<string> {
  const command = resolve('node_modules/@nestjs/cli/bin/nest.js');
  const parameters = [command, 'add', 'nest-ias', '--skip-install', ...flags];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, parameters, { cwd: app });
  return stdout + stderr;
}

const readAll = async () =>
  Object.fromEntries(
    await Promise.all(Object.keys(APP).map(async (name) => [name, await readFile(join(app, name), 'utf8')])),
  ) as Record<string, string>;

describe('nest add nest-ias', { timeout: 60_000 }, () => {
  it('secures an app, and changes nothing when it runs again', async () => {
    await nestAdd('--dry-run');
    expect(await readAll()).toEqual(APP);
    await nestAdd();
    const secured = await readAll();
    expect(secured['src/app.module.ts']).toContain('imports: [IasModule.forRoot({ isGlobal: true })],');
    expect(secured['src/app.module.ts']).toContain(
      'providers: [{ provide: APP_GUARD, useExisting: IasAuthGuard }, AppService],',
    );
    expect(secured['src/app.module.ts']).toContain("import { IasAuthGuard, IasModule } from 'nest-ias';");
    expect(secured['src/health.controller.ts']).toContain("@Public()\n@Controller('health')");
    expect(secured['test/app.e2e-spec.ts']).toContain('.overrideProvider(IasAuthGuard)');
    expect(secured['manifest.yml']).toContain(
      '- route: ((app)).((domain))\n      - route: ((app)).cert.((domain))\n      - route: app.example.com\n      - route: app.cert.example.com\n',
    );
    expect(secured['mta.yaml']).toContain('- route: "${default-host}.cert.${default-domain}"');
    await nestAdd();
    expect(await readAll()).toEqual(secured);
  });

  it('leaves a module in another form as it is, and says so', async () => {
    await writeFile(join(app, 'src/app.module.ts'), 'export const options = {};\n');
    expect(await nestAdd()).toContain('register IasAuthGuard there');
    expect((await readAll())['src/app.module.ts']).toBe('export const options = {};\n');
  });
});
