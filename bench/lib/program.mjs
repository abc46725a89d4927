import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { onAllCores, onServerCore } from './cores.mjs';

const START_DEADLINE_MS = 20_000;
const POLL_MS = 2;
const CLOCK_TICKS_PER_SECOND = 100;

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {readonly string[]} arguments arguments of `node`
 * @property {string} [folder] working directory
 * @property {Readonly<Record<string, string>>} [environment] in addition to PATH and PORT
 * @property {'all'} [cores] run on both cores instead of the core of the servers
 */

/** A server under test, as a separate process on the core of the servers. */
export class Server {
  /** @type {string} */
  #output = '';

  /**
   * Starts a program and waits until it answers `path`, with any status.
   *
   * @param {Program} program
   */
  static async start(program, path = '/') {
    const server = new Server(program, await freePort());
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await server.answers(path))) {
      if (server.process.exitCode !== null || Date.now() > deadline) {
        throw new Error(`${program.name} did not start:\n${server.#output}`);
      }
      await delay(POLL_MS);
    }
    return server;
  }

  /** @param {Program} program @param {number} port */
  constructor(program, port) {
    const onCores = program.cores === 'all' ? onAllCores : onServerCore;
    const [command = '', ...parameters] = onCores(program.arguments);
    this.url = `http://127.0.0.1:${port}`;
    this.process = spawn(command, parameters, {
      cwd: program.folder,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: String(port), ...program.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#output = `${this.#output}${text}`.slice(-10_000);
      });
    }
  }

  /** Returns the CPU time of the process so far, all threads, in seconds. */
  cpuSeconds() {
    const [, fields = ''] = readFileSync(`/proc/${this.process.pid}/stat`, 'utf8').split(') ');
    const [userTicks, systemTicks] = fields.split(' ').slice(11, 13).map(Number);
    return ((userTicks ?? 0) + (systemTicks ?? 0)) / CLOCK_TICKS_PER_SECOND;
  }

  /** Returns the resident memory in mebibytes. */
  residentMebibytes() {
    const [, kibibytes] =
      /^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${this.process.pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes) / 1_024;
  }

  async stop() {
    if (this.process.exitCode !== null) return;
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  /** @param {string} path */
  async answers(path) {
    try {
      await (await fetch(this.url + path)).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * Runs a program on the core of the servers until it sends a message.
 *
 * @param {Program} program
 * @returns {Promise<any>} the message it sent
 */
export async function run(program) {
  const [command = '', ...parameters] = onServerCore(program.arguments);
  const child = spawn(command, parameters, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...program.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  /** @type {unknown} */
  let report;
  child.once('message', (message) => {
    report = message;
  });
  const [code] = await once(child, 'close');
  if (report !== undefined) return report;
  throw new Error(`${program.name} exited with code ${code}:\n${output}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
