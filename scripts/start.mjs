/**
 * `npm start`: builds the landscape and both apps, starts them in order, and prints the address of the page.
 *
 * FRONTEND_PORT (or PORT) and BACKEND_PORT choose other ports than 3000 and 3001.
 */
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import concurrently from 'concurrently';

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

const environment = { BACKEND_PORT: String(ports.backend), FRONTEND_PORT: String(ports.frontend) };
const landscape = run([{ name: 'landscape', color: 'magenta', env: environment }]);
await waitFor('the landscape', landscape, async () => existsSync(LANDSCAPE_FILE));

const apps = run([
  { name: 'backend', color: 'cyan', env: { PORT: String(ports.backend) } },
  { name: 'frontend', color: 'green', env: { PORT: String(ports.frontend) } },
]);
await waitFor('the backend', apps, () => isReady(ports.backend));
await waitFor('the frontend', apps, () => isReady(ports.frontend));

console.log(`\n  Ready: open http://localhost:${ports.frontend}/homepage   (Ctrl-C ends everything)\n`);

await endTogether([landscape, apps]);

/**
 * @typedef {ReturnType<typeof concurrently>} Running
 * @typedef {{ name: string, color: string, env: Record<string, string> }} App
 */

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

/**
 * @param {App[]} list
 * @returns {Running}
 */
function run(list) {
  const commands = list.map(({ name, color, env }) => ({
    name,
    env,
    prefixColor: color,
    command: `node dist/apps/${name}/main.js`,
  }));
  return concurrently(commands, { prefix: 'name', padPrefix: true, killOthersOn: ['failure', 'success'] });
}

/**
 * @param {string} what
 * @param {Running} running
 * @param {() => Promise<boolean>} isUp
 */
async function waitFor(what, running, isUp) {
  let ended = false;
  const end = () => {
    ended = true;
  };
  running.result.then(end, end);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isUp())) {
    if (ended || Date.now() > deadline) {
      killAll();
      fail(`${what} did not start; its output above says why.`);
    }
    await delay(100);
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

/** @param {Running[]} all */
async function endTogether(all) {
  const ends = all.map(({ result }) => result.catch(() => undefined));
  await Promise.race(ends);
  killAll();
  await Promise.all(ends);
}

function killAll() {
  for (const { commands } of [landscape, apps]) for (const command of commands) command.kill('SIGTERM');
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
