/**
 * `npm start`: builds the landscape and both apps, starts them in order, and prints the address of the page.
 *
 * FRONTEND_PORT (or PORT) and BACKEND_PORT choose other ports than 3000 and 3001.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const LANDSCAPE_FILE = '.landscape/landscape.json';
const START_TIMEOUT_MS = 60_000;

const ports = {
  frontend: readPort('FRONTEND_PORT', process.env['PORT'] ?? '3000'),
  backend: readPort('BACKEND_PORT', '3001'),
};

await assertFree(ports.frontend, 'FRONTEND_PORT');
await assertFree(ports.backend, 'BACKEND_PORT');
rmSync(LANDSCAPE_FILE, { force: true });

console.log('Building landscape, backend and frontend …');
await build(['landscape', 'backend', 'frontend']);

let ending = false;
/** @type {import('node:child_process').ChildProcess[]} */
const running = [];
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => endAll());

start('landscape', { BACKEND_PORT: String(ports.backend), FRONTEND_PORT: String(ports.frontend) });
await waitUntil('The landscape', () => existsSync(LANDSCAPE_FILE));
start('backend', { PORT: String(ports.backend) });
start('frontend', { PORT: String(ports.frontend) });
await waitUntil('The backend', () => isReady(ports.backend));
await waitUntil('The frontend', () => isReady(ports.frontend));

console.log(`\n  Ready: open http://localhost:${ports.frontend}/homepage   (Ctrl-C ends everything)\n`);

/**
 * Starts a built app and labels its output. When one ends, all end.
 *
 * @param {string} name
 * @param {Record<string, string>} environment
 */
function start(name, environment) {
  const child = spawn(process.execPath, [`dist/apps/${name}/main.js`], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => console.log(`${`[${name}]`.padEnd(11)} ${line}`));
  }
  child.once('exit', (code) => {
    if (code) process.exitCode = code;
    endAll();
  });
}

function endAll() {
  ending = true;
  for (const child of running.splice(0)) child.kill('SIGTERM');
}

/**
 * @param {string} what
 * @param {() => boolean | Promise<boolean>} isUp
 */
async function waitUntil(what, isUp) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isUp())) {
    if (ending) process.exit();
    if (Date.now() > deadline) {
      endAll();
      fail(`${what} did not start within ${START_TIMEOUT_MS / 1000} s; its output above may say why.`);
    }
    await delay(100);
  }
}

/**
 * @param {string} variable
 * @param {string} fallback
 */
function readPort(variable, fallback) {
  const text = process.env[variable] ?? fallback;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    fail(`${variable} is not a port number from 1 to 65535: ${JSON.stringify(text)}.`);
  }
  return port;
}

/**
 * @param {number} port
 * @param {string} variable
 */
async function assertFree(port, variable) {
  const free = await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '0.0.0.0', () => probe.close(() => resolve(true)));
  });
  if (!free) {
    fail(
      `Port ${port} is in use: end the program that uses it, or choose another: ${variable}=${port + 1000} npm start`,
    );
  }
}

/** @param {string[]} names */
async function build(names) {
  for (const name of names) {
    try {
      await promisify(execFile)('npx', ['nest', 'build', name]);
    } catch (error) {
      const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
      fail(`${name} could not be built:\n${stdout ?? ''}${stderr ?? ''}`);
    }
  }
}

/** @param {number} port */
async function isReady(port) {
  try {
    return (await fetch(`http://localhost:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
