import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const MAXIMUM_OUTPUT_BYTES = 20_000_000;
const START_DEADLINE_MS = 60_000;

const run = promisify(execFile);

/**
 * Runs a program to its end.
 *
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 */
export async function output(
  [program = '', ...parameters],
  { cwd, env = process.env, timeout = 120_000 } = {},
) {
  const options = { cwd, env, timeout, maxBuffer: MAXIMUM_OUTPUT_BYTES };
  try {
    return { ...(await run(program, parameters, options)), code: 0 };
  } catch (error) {
    const { stdout = '', stderr = '', code, message } = /** @type {any} */ (error);
    return { stdout, stderr: stderr || message, code: typeof code === 'number' ? code : 1 };
  }
}

/**
 * Starts a program in a process group of its own, and waits until it listens on a port.
 *
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, port: number }} options
 */
export async function serve([program = '', ...parameters], { cwd, env, port }) {
  const child = spawn(program, parameters, { cwd, env, detached: true });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  let hasExited = false;
  const exit = once(child, 'close').then(() => (hasExited = true));
  const stop = async () => {
    if (!hasExited && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await exit;
  };
  const deadline = Date.now() + START_DEADLINE_MS;
  while (!(await accepts(port))) {
    if (hasExited || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} does not listen on port ${port}: ${text.slice(-2000)}`);
    }
    await delay(100);
  }
  return { stop, output: () => text };
}

/** @param {number} port */
async function accepts(port) {
  const socket = connect(port, 'localhost');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
