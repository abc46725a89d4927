import { equal } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { waitUntil } from './wait-until.js';

/** A running `ias-landscape`. */
export interface LandscapeProcess {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly error: () => string;
  readonly exit: Promise<number | null>;
}

/** The parts of a binding that the tests use. */
export interface Credentials {
  readonly clientid: string;
  readonly url: string;
  readonly domains: readonly string[];
  readonly certificate: string;
  readonly key: string;
}

/** What `ias-landscape --json` prints. */
export interface LandscapeAddresses {
  readonly ias: string;
  readonly router: string;
  readonly admin: string;
  readonly routes: Readonly<Record<string, string>>;
}

/** A request with the client certificate of a binding, or without one. */
interface LandscapeRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cert?: string;
  readonly key?: string;
  readonly body?: string;
}

/** How long a landscape can take to start on a busy machine, in milliseconds. */
const START_TIMEOUT_MS = 30_000;

/** An empty folder for each test, in which it runs `ias-landscape`. What is still running at its end is killed. */
export class LandscapeWorkplace {
  #folder = '';
  readonly #running: LandscapeProcess[] = [];
  readonly #command: () => readonly [string, ...string[]];

  /** @param command starts the landscape; options follow it */
  constructor(command: () => readonly [string, ...string[]]) {
    this.#command = command;
    beforeEach(async () => {
      this.#folder = await mkdtemp(join(await realpath(tmpdir()), 'landscape-'));
    });
    afterEach(async () => {
      for (const { child, exit } of this.#running.splice(0)) {
        child.kill('SIGKILL');
        await exit;
      }
      await rm(this.#folder, { recursive: true });
    });
  }

  get folder(): string {
    return this.#folder;
  }

  start(...options: readonly string[]): LandscapeProcess {
    const [program, ...first] = this.#command();
    const child = spawn(program, [...first, ...options], {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'] },
    });
    const texts = { out: '', error: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.error += chunk.toString()));
    const exit = once(child, 'close').then(([code]) => code as number | null);
    const started = { child, out: () => texts.out, error: () => texts.error, exit };
    this.#running.push(started);
    return started;
  }

  /** Waits until the landscape prints its first line. */
  async ready({ out, exit }: LandscapeProcess): Promise<void> {
    let ended = false;
    void exit.then(() => (ended = true));
    await waitUntil('the landscape is ready', () => ended || out().includes('\n'), START_TIMEOUT_MS);
  }

  /** Waits likewise, and returns what the option `--json` prints. */
  async addresses(started: LandscapeProcess): Promise<LandscapeAddresses> {
    await this.ready(started);
    return JSON.parse(started.out()) as LandscapeAddresses;
  }

  /** Ends a landscape as a platform does. */
  async stop({ child, exit }: LandscapeProcess): Promise<void> {
    child.kill('SIGTERM');
    equal(await exit, 0);
  }

  async configure(config: object): Promise<void> {
    await writeFile(join(this.#folder, 'landscape.config.json'), JSON.stringify(config));
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.#folder, path), 'utf8');
  }

  async json<Content>(path: string): Promise<Content> {
    return JSON.parse(await this.read(path)) as Content;
  }

  /** Status of a token request with the certificate of a binding. */
  async tokenStatus({ url, certificate, key, clientid }: Credentials): Promise<number> {
    const { status } = await this.send(url, {
      method: 'POST',
      path: '/oauth2/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      cert: certificate,
      key,
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid }).toString(),
    });
    return status;
  }

  /** Sends a request to an endpoint of the landscape on this machine, whose certificate its authority must have issued. */
  async send(
    url: string,
    { body = '', headers, ...options }: LandscapeRequest,
  ): Promise<{ readonly status: number; readonly body: string }> {
    const { host, hostname, port } = new URL(url);
    const sent = request({
      host: '127.0.0.1',
      port,
      servername: hostname,
      ca: await this.read('.landscape/ca.pem'),
      ...options,
      headers: { host, ...headers },
    }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, body: (await answer.toArray()).join('') };
  }
}
