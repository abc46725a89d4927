import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { skipWithoutSignals } from './helper/process-tree.js';

type Name = 'landscape' | 'backend' | 'frontend';

/** Minimal apps that only do what the script observes. */
const READY =
  "process.on('SIGTERM', () => { console.log('ends'); process.exit(0); }); setInterval(() => {}, 1e6); process.send('ready');";
const DEAF =
  "process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1e6); process.send('ready');";
const KILLED = "process.kill(process.pid, 'SIGKILL');";
const MUTE = 'setInterval(() => {}, 1e6);';

/** Empty on a machine without IPv6. */
const LOOPBACK_V6 = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .map(({ address }) => address)
  .filter((address) => address === '::1');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-start-'));
  for (const path of ['scripts', 'libs/landscape/src/command/parent-exit.mjs']) {
    cpSync(path, join(folder, path), { recursive: true });
  }
  const cli = join(folder, 'node_modules/@nestjs/cli');
  mkdirSync(join(cli, 'bin'), { recursive: true });
  writeFileSync(join(cli, 'package.json'), JSON.stringify({ name: '@nestjs/cli' }));
  writeFileSync(join(cli, 'bin/nest.js'), '');
  writeFileSync(
    join(folder, 'hurry.mjs'),
    'const real = setTimeout; globalThis.setTimeout = (work, ms) => real(work, ms / 100);\n',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs a copy of scripts/start.mjs with these apps, and a Nest CLI that builds nothing. */
function run(
  apps: Partial<Record<Name, string>> = {},
  environment: Record<string, string> = {},
  options: readonly string[] = [],
  by: 'itself' | 'npm' = 'itself',
) {
  for (const name of ['landscape', 'backend', 'frontend'] as const) {
    const dist = join(folder, 'dist', 'apps', name);
    mkdirSync(dist, { recursive: true });
    writeFileSync(join(dist, 'main.js'), apps[name] ?? READY);
  }
  const line = [process.execPath, ...options, join(folder, 'scripts/start.mjs')];
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ scripts: { start: `"${line.join('" "')}"` } }),
  );
  const [command = '', ...parameters] = by === 'npm' ? ['npm', 'start'] : line;
  const child = spawn(command, parameters, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  const says = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data');
  };
  return { child, ended, says };
}

/** Options of Node.js that make time limits a hundred times shorter. */
const hurry = () => ['--import', pathToFileURL(join(folder, 'hurry.mjs')).href];

/** Returns two free ports. */
async function freePorts(): Promise<{ FRONTEND_PORT: string; BACKEND_PORT: string }> {
  const servers = [createServer().listen(0), createServer().listen(0)];
  const [FRONTEND_PORT = '', BACKEND_PORT = ''] = await Promise.all(
    servers.map(async (server) => {
      await once(server, 'listening');
      return String((server.address() as AddressInfo).port);
    }),
  );
  for (const server of servers) server.close();
  return { FRONTEND_PORT, BACKEND_PORT };
}

describe('npm start', () => {
  it('is ready when all apps are ready, stops them on SIGTERM, and exits with code 0', async (context) => {
    skipWithoutSignals(context);
    const { child, ended, says } = run({}, await freePorts());
    await says('Ready: open http://localhost:');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('on Windows, lets the apps stop on their own after Ctrl-C, which reaches them as well', async (context) => {
    skipWithoutSignals(context);
    const windows = "data:text/javascript,Object.defineProperty(process,'platform',{value:'win32'})";
    const options = ['--import', windows, ...hurry()];
    const { child, ended, says } = run({}, await freePorts(), options);
    await says('Ready');
    child.kill('SIGINT');
    const { output } = await ended;
    expect(output).toContain('Some apps did not exit');
    expect(output).not.toContain('ends');
  });

  it('stops all apps when npm, which signals only the shell of its scripts, is stopped', async (context) => {
    skipWithoutSignals(context);
    const { child, ended, says } = run({}, await freePorts(), [], 'npm');
    await says('Ready');
    child.kill('SIGTERM');
    expect((await ended).output).toContain('ends');
  });

  it.each([
    ['PORT', { PORT: 'abc' }],
    ['FRONTEND_PORT', { FRONTEND_PORT: 'abc', PORT: '1' }],
    ['BACKEND_PORT', { BACKEND_PORT: 'abc' }],
  ])('names a variable with an invalid port: %s', async (variable, environment) => {
    const { code, output } = await run({}, environment).ended;
    expect([code, output]).toEqual([1, `${variable} must be a port number from 1 to 65535, not "abc".\n`]);
  });

  it('rejects the same port for both apps', async () => {
    const { code, output } = await run({}, { PORT: '3001' }).ended;
    expect([code, output]).toEqual([
      1,
      'Frontend and backend cannot both use port 3001: set PORT or BACKEND_PORT to another port.\n',
    ]);
  });

  it.each(['127.0.0.1', '0.0.0.0', ...LOOPBACK_V6])('rejects a port that is in use on %s', async (host) => {
    const { BACKEND_PORT } = await freePorts();
    const occupant = createServer().listen(0, host);
    await once(occupant, 'listening');
    const { port } = occupant.address() as AddressInfo;
    const { code, output } = await run({}, { PORT: String(port), BACKEND_PORT }).ended;
    occupant.close();
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^Port ${port} is in use: .*: PORT=\\d+ npm start\\n$`));
  });

  it('waits until each app reports that it is ready, and gives up after a time limit', async () => {
    const { FRONTEND_PORT, BACKEND_PORT } = await freePorts();
    const otherServer = `import { createServer } from 'node:http';
      createServer((_, response) => response.end()).listen(${FRONTEND_PORT}); ${READY}`;
    const apps = { landscape: otherServer, frontend: MUTE };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const options = hurry();
    const { code, output } = await run(apps, { FRONTEND_PORT, BACKEND_PORT }, options).ended;
    expect(code).toBe(1);
    expect(output).toContain('The frontend did not start within 60 s.');
    expect(output).not.toContain('Ready');
  });

  it('exits with another code than 0 when an app is killed', async (context) => {
    skipWithoutSignals(context);
    const { code, output } = await run({ backend: KILLED }, await freePorts()).ended;
    expect(code).toBe(1);
    expect(output).toContain('The backend was terminated by SIGKILL.');
  });

  it('kills apps that do not exit', async (context) => {
    skipWithoutSignals(context);
    const options = hurry();
    const { child, ended, says } = run({ backend: DEAF }, await freePorts(), options);
    await says('Ready');
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect([code, output]).toEqual([0, expect.stringContaining('killing them')]);
  });
});
