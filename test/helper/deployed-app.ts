import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

const START_DEADLINE_MS = 20_000;

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly output: string;
}

/** The built folder of an app, copied to an empty folder and started there as the platform does: `npm start`'s line. */
export class DeployedApp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nest-ias-app-'));
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<Exit>;
  #output = '';

  private constructor(
    name: string,
    readonly port: number,
    environment: Readonly<Record<string, string>>,
  ) {
    cpSync(resolve('dist/apps', name), this.#folder, { recursive: true });
    const { scripts } = JSON.parse(readFileSync(join(this.#folder, 'package.json'), 'utf8')) as {
      scripts: { start: string };
    };
    const [command = '', ...parameters] = scripts.start.split(' ');
    this.#process = spawn(command, parameters, {
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], PORT: String(port), ...environment },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#exit = once(this.#process, 'close').then(([code]) => ({
      code: code as number | null,
      output: this.#output,
    }));
  }

  static async launch(name: string, environment: Readonly<Record<string, string>>): Promise<DeployedApp> {
    return new DeployedApp(name, await freePort(), environment);
  }

  /** Launches the app and waits until it is ready. */
  static async start(name: string, environment: Readonly<Record<string, string>>): Promise<DeployedApp> {
    const app = await DeployedApp.launch(name, environment);
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await app.isReady())) {
      if (app.#process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${name} did not start:\n${app.#output}`);
      }
      await delay(50);
    }
    return app;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Everything written to standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** Waits for the process to end by itself. */
  async exited(): Promise<Exit> {
    const exit = await this.#exit;
    rmSync(this.#folder, { recursive: true, force: true });
    return exit;
  }

  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    return this.exited();
  }

  private async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
