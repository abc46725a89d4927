import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { signalTree } from './process-tree.js';

const START_DEADLINE_MS = 20_000;

/** How a process exited. */
export interface Exit {
  readonly code: number | null;
  readonly output: string;
}

/** How an app is started: with the command of its `npm start`, or with npm itself. */
export type StartCommand = 'start-line' | 'npm start';

/** A built app, copied to an empty folder and started there as on the platform. */
export class DeployedApp {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nest-ias-app-'));
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<Exit>;
  #output = '';

  private constructor(
    name: string,
    readonly port: number,
    environment: Readonly<Record<string, string>>,
    startCommand: StartCommand,
  ) {
    cpSync(resolve('dist/apps', name), this.#folder, { recursive: true });
    const line = startCommand === 'npm start' ? startCommand : readStartLine(this.#folder);
    const [command = '', ...parameters] = line.split(' ');
    this.#process = spawn(command, parameters, {
      cwd: this.#folder,
      // Its own process group, because the platform signals every process of a container: npm and its children.
      detached: true,
      shell: process.platform === 'win32' && command === 'npm', // npm is a script there
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

  /** @param name folder in `dist/apps`, or a path */
  static async launch(
    name: string,
    environment: Readonly<Record<string, string>>,
    startCommand: StartCommand = 'start-line',
  ): Promise<DeployedApp> {
    return new DeployedApp(name, await freePort(), environment, startCommand);
  }

  /** Launches the app and waits until it is ready. */
  static async start(
    name: string,
    environment: Readonly<Record<string, string>>,
    startCommand?: StartCommand,
  ): Promise<DeployedApp> {
    const app = await DeployedApp.launch(name, environment, startCommand);
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await app.isReady())) {
      if (app.#process.exitCode !== null || Date.now() > deadline) {
        app.signal('SIGKILL');
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

  /** Signals every running process of the app. */
  signal(name: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) signalTree(pid, name);
  }

  /** Waits for the process to exit. */
  async exited(): Promise<Exit> {
    const exit = await this.#exit;
    rmSync(this.#folder, { recursive: true, force: true });
    return exit;
  }

  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    return this.exited();
  }

  /** Whether the readiness probe succeeds. */
  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`)).ok;
    } catch {
      return false;
    }
  }
}

function readStartLine(folder: string): string {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start;
}
