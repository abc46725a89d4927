/**
 * `npm start`: builds the landscape and both apps, starts them in order, and prints the address of the page.
 *
 * FRONTEND_PORT (or PORT) and BACKEND_PORT choose other ports than 3000 and 3001.
 */
import { execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onParentExit } from '../libs/landscape/src/command/parent-exit.mjs';

const START_TIMEOUT_MS = 60_000;
/** Longer than the time limit of the apps for running requests. */
const STOP_TIMEOUT_MS = 30_000;

const frontend = readPort(['FRONTEND_PORT', 'PORT'], 3000);
const backend = readPort(['BACKEND_PORT'], 3001);
if (frontend.port === backend.port) {
  fail(
    `Frontend and backend cannot both use port ${frontend.port}: set ${frontend.variable} or ${backend.variable} to another port.`,
  );
}
await assertFree(frontend);
await assertFree(backend);

console.log('Building landscape, backend and frontend …');
await build(['landscape', 'backend', 'frontend']);

let stopping = false;
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, stopAll);
if (process.env['npm_lifecycle_event'] === 'start') onParentExit(stopAll);

const ports = { BACKEND_PORT: String(backend.port), FRONTEND_PORT: String(frontend.port) };
await start('landscape', ports);
await Promise.all([
  start('backend', { PORT: ports.BACKEND_PORT }),
  start('frontend', { PORT: ports.FRONTEND_PORT }),
]);
console.log(`\n  Ready: open http://localhost:${frontend.port}/homepage   (Ctrl-C stops everything)\n`);

/**
 * Starts a built app, labels its output, and waits until it reports that it is ready. When one exits, all stop.
 *
 * @param {string} name
 * @param {Record<string, string>} environment
 * @returns {Promise<void>}
 */
async function start(name, environment) {
  const child = spawn(process.execPath, [`dist/apps/${name}/main.js`], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => console.log(`${`[${name}]`.padEnd(11)} ${line}`));
  }
  child.once('exit', (code, signal) => {
    if (!stopping && signal !== null) console.error(`The ${name} was terminated by ${signal}.`);
    if (code ?? !stopping) process.exitCode = code ?? 1;
    stopAll();
  });
  child.once('close', () => {
    running.delete(child);
    if (running.size === 0) process.exit();
  });
  await new Promise((resolve) => {
    const timer = setTimeout(() => {
      console.error(`The ${name} did not start within ${START_TIMEOUT_MS / 1000} s.`);
      process.exitCode = 1;
      stopAll();
    }, START_TIMEOUT_MS);
    child.once('close', () => clearTimeout(timer));
    child.once('message', () => {
      clearTimeout(timer);
      // An app that receives SIGTERM while it starts can still report that it is ready.
      if (!stopping) resolve(undefined);
    });
  });
}

/** @param {NodeJS.Signals} [signal] that this script received */
function stopAll(signal) {
  if (stopping) return;
  stopping = true;
  // On Windows, Ctrl-C reaches the apps as well, and `kill` would end them before they have stopped.
  const appsAreStopping = process.platform === 'win32' && signal === 'SIGINT';
  if (!appsAreStopping) for (const child of running) child.kill('SIGTERM');
  setTimeout(() => {
    console.error(`Some apps did not exit within ${STOP_TIMEOUT_MS / 1000} s: killing them.`);
    for (const child of running) child.kill('SIGKILL');
  }, STOP_TIMEOUT_MS);
}

/**
 * Reads a port from the first of these environment variables that is set.
 *
 * @param {[string, ...string[]]} variables
 * @param {number} fallback
 */
function readPort(variables, fallback) {
  const variable = variables.find((name) => process.env[name] !== undefined) ?? variables[0];
  const text = process.env[variable] ?? String(fallback);
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    fail(`${variable} must be a port number from 1 to 65535, not ${JSON.stringify(text)}.`);
  }
  return { variable, port };
}

/** @param {{ port: number, variable: string }} chosen */
async function assertFree({ port, variable }) {
  const free = await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    // Without an address, this checks all IPv4 and IPv6 interfaces.
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
  if (!free) {
    const another = port + 1000 > 65_535 ? port - 1000 : port + 1000;
    fail(
      `Port ${port} is in use: stop the program that uses it, or choose another port: ${variable}=${another} npm start`,
    );
  }
}

/** @param {string[]} names */
async function build(names) {
  const nest = fileURLToPath(import.meta.resolve('@nestjs/cli/bin/nest.js')); // `npx` is no program on Windows
  for (const name of names) {
    try {
      await promisify(execFile)(process.execPath, [nest, 'build', name]);
    } catch (error) {
      const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
      fail(`Cannot build ${name}:\n${stdout ?? ''}${stderr ?? ''}`);
    }
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
