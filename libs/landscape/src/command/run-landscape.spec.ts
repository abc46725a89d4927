import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BindingConfig, LandscapeConfig } from './landscape-config.js';
import { runLandscape } from './run-landscape.js';

const REAL = 'https://my.accounts.ondemand.com';

describe('runLandscape', () => {
  let root: string;
  let messages: string[];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'run-'));
    messages = [];
  });
  afterEach(async () => rm(root, { recursive: true }));

  /** Runs a landscape, and stops it when it is ready. */
  const run = async (config: LandscapeConfig, whileItRuns: () => Promise<void> = async () => undefined) => {
    let ready = () => {};
    const started = new Promise<void>((resolve) => (ready = resolve));
    await runLandscape({
      config,
      root,
      settingOf: (port) => `--${port}-port`,
      print: (line) => messages.push(line),
      printError: (line) => messages.push(line),
      ready: () => ready(),
      ended: started.then(whileItRuns),
    });
  };
  const writing = (form: 'service-key' | 'vcap-services' | 'kubernetes-secret'): LandscapeConfig => ({
    bindings: { app: { write: [{ form, path: 'out.json' }] } },
  });

  it.each([
    ['service-key', JSON.stringify({ url: REAL, clientid: 'a' })],
    ['vcap-services', JSON.stringify({ identity: [{ credentials: { url: REAL } }] })],
    ['kubernetes-secret', JSON.stringify({ stringData: { url: REAL } })],
    ['service-key', 'not even JSON'],
  ] as const)('renames a file that no landscape wrote, instead of removing it: %s', async (form, content) => {
    await writeFile(join(root, 'out.json'), content);
    await run(writing(form));
    expect(messages).toEqual(['Renamed out.json, which no landscape wrote, to out.backup.json']);
    expect((await readdir(root)).sort()).toEqual(['.landscape', 'out.backup.json']);
    expect(await readFile(join(root, 'out.backup.json'), 'utf8')).toBe(content);
  });

  it.each(['service-key', 'vcap-services', 'kubernetes-secret'] as const)(
    'replaces what a killed landscape left: %s',
    async (form) => {
      let left = '';
      await run(writing(form), async () => void (left = await readFile(join(root, 'out.json'), 'utf8')));
      await writeFile(join(root, 'out.json'), left);
      await run(writing(form));
      expect(messages).toEqual([]);
      expect(await readdir(root)).toEqual(['.landscape']);
    },
  );

  it('does not take the folder of a mounted secret of a real tenant', async () => {
    const mounted = join(root, 'mounted/identity/clicreIas');
    await mkdir(mounted, { recursive: true });
    await writeFile(join(mounted, 'url'), REAL);
    const config: LandscapeConfig = {
      bindings: { app: { write: [{ form: 'mounted-secret', path: 'mounted' }] } },
    };
    await expect(run(config)).rejects.toThrow(/contains files that no landscape wrote/);
    expect(await readdir(mounted)).toEqual(['url']);
  });

  it('removes what a killed landscape wrote, also with another configuration', async () => {
    const forms = ['service-key', 'vcap-services', 'kubernetes-secret', 'default-env'] as const;
    const write: NonNullable<BindingConfig['write']> = [
      ...forms.map((form) => ({ form, path: `${form}.json` })),
      { form: 'mounted-secret', path: 'mounted' },
    ];
    let written: readonly string[] = [];
    // A copy is what a killed landscape leaves.
    const copy = await mkdtemp(join(tmpdir(), 'killed-'));
    await run({ bindings: { app: { write } } }, async () => {
      written = await readdir(root);
      await cp(root, copy, { recursive: true, verbatimSymlinks: true });
    });
    expect([...written].sort()).toEqual(
      ['.landscape', 'mounted', ...forms.map((form) => `${form}.json`)].sort(),
    );
    expect(await readdir(root)).toEqual(['.landscape', 'mounted']);
    await rm(root, { recursive: true });
    await cp(copy, root, { recursive: true, verbatimSymlinks: true });
    await rm(copy, { recursive: true });
    await writeFile(join(root, 'service-key.json'), JSON.stringify({ url: REAL }));
    await run({ bindings: { other: {} } });
    // The user has replaced the service key.
    expect((await readdir(root, { recursive: true })).sort()).toEqual([
      '.landscape',
      '.landscape/bindings',
      '.landscape/ca.pem',
      'mounted',
      'mounted/identity',
      'mounted/identity/clicreIas',
      'service-key.json',
    ]);
    expect(messages).toEqual([]);
  });

  it.each([
    ['JSON', '{'],
    ['a list', '{}'],
    ['known', '[{"form":"other","path":"x","instanceName":"y"}]'],
  ])('starts with a record of written files that is not %s', async (_, content) => {
    await mkdir(join(root, '.landscape'));
    await writeFile(join(root, '.landscape/written.json'), content);
    await run(writing('service-key'));
    expect(messages).toEqual([]);
  });

  it('does not take the files of a running landscape, even if its tenant is down', async () => {
    await run(writing('service-key'), async () => {
      const read = async (path: string) => readFile(join(root, path), 'utf8');
      const { admin } = JSON.parse(await read('.landscape/landscape.json')) as { admin: string };
      const key = await read('out.json');
      const again = async () =>
        expect(run(writing('service-key'))).rejects.toThrow(/^A landscape already runs in /);
      await again();
      await fetch(`${admin}/faults`, { method: 'POST', body: '{"endpoint":"connection","kind":"down"}' });
      await again();
      expect(await read('out.json')).toBe(key);
    });
  });

  it('names the tenant whose port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(run({ tenants: { subscriber: { port } } })).rejects.toThrow(
      `Port ${port} is already in use: stop the program that uses it, or set the port of the tenant subscriber to another port.`,
    );
    server.close();
  });
});
