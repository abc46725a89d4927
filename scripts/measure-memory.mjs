/**
 * Finds the smallest memory quota with which both apps answer 20 000 requests over 32 connections without losing any.
 * Each app starts from a cold page cache in its own memory control group (version 1 or 2). See docs/how-to/memory.md.
 *
 *     npm run build && npx nest build landscape && node scripts/measure-memory.mjs [MB …]
 *     npx -y -p node@22 -c 'node scripts/measure-memory.mjs 64 80 96 128'
 *
 * The apps run on the Node.js version that runs this script; the landscape and the load generator run outside the groups.
 * The script needs Linux and permission to create control groups and to drop the page cache (root). Otherwise it exits
 * with code 2.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const REQUESTS = 20_000;
const CONNECTIONS = 32;
const QUOTAS_MB = [64, 80, 96, 112, 128];
/** A quota is sufficient only if it passes every round. */
const ROUNDS = 3;
const START_TIMEOUT_MS = 60_000;
const REQUEST_TIMEOUT_MS = 30_000;
const RUN_TIMEOUT_MS = 240_000;
/** Attempts to remove a control group, 100 ms apart. */
const GROUP_REMOVALS = 50;
/** Limit on pages read back from disk per request; beyond it, an app thrashes. */
const MAX_FAULTS_PER_REQUEST = 0.02;

/**
 * @typedef {object} Outcome
 * @property {string} verdict `sufficient`, or the reason why not
 * @property {number} requestsPerSecond
 * @property {string} details
 */

const quotas = process.argv.slice(2).map(Number);
if (quotas.some((quota) => !Number.isInteger(quota) || quota < 16))
  fail('Quotas must be integers, in MB.', 1);
for (const app of ['backend', 'frontend', 'landscape']) {
  if (!existsSync(`dist/apps/${app}/main.js`)) {
    fail('Build first: npm run build && npx nest build landscape', 1);
  }
}
const createGroup = findControlGroups();

const folder = mkdtempSync(join(tmpdir(), 'nest-ias-memory-'));
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
/** @type {Set<ControlGroup>} */
const groups = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => void abandon());

// Each app has its own copy of node: the kernel charges pages of a file to the group that reads them first.
for (const app of ['backend', 'frontend']) {
  cpSync(`dist/apps/${app}`, join(folder, 'apps', app), { recursive: true });
  copyFileSync(process.execPath, join(folder, `node-${app}`));
}
const ports = { backend: await freePort(), frontend: await freePort() };
await startLandscape();

console.log(`Node.js ${process.version}, ${REQUESTS} requests, ${CONNECTIONS} connections, ${ROUNDS} rounds`);
let smallest;
for (const quota of quotas.length > 0 ? quotas : QUOTAS_MB) {
  let holds = true;
  for (let round = 0; round < ROUNDS && holds; round += 1) {
    const outcome = await measure(quota);
    report(quota, outcome);
    holds = outcome.verdict === 'holds';
  }
  if (holds) {
    smallest = quota;
    break;
  }
}
console.log(
  smallest === undefined
    ? 'None of these quotas is sufficient.'
    : `Smallest sufficient quota: ${smallest} MB`,
);
process.exit(smallest === undefined ? 1 : 0);

/**
 * @param {number} quota
 * @returns {Promise<Outcome>}
 */
async function measure(quota) {
  dropPageCache();
  const apps = /** @type {const} */ (['backend', 'frontend']).map((name) => ({
    name,
    group: createGroup(`nest-ias-${process.pid}-${name}`, quota),
  }));
  for (const { group } of apps) groups.add(group);
  const processes = apps.map(({ name, group }) => start(name, group));
  try {
    const ready = await Promise.all(apps.map(({ name }) => isReadyInTime(ports[name])));
    if (ready.includes(false))
      return { verdict: 'does not start', requestsPerSecond: 0, details: describe(apps) };
    const faultsAtStart = apps.map(({ group }) => group.majorFaults());
    const before = performance.now();
    const { lost, reasons } = await load(`http://127.0.0.1:${ports.frontend}/homepage`);
    const requestsPerSecond = REQUESTS / ((performance.now() - before) / 1000);
    const details = describe(apps);
    const killed = apps.filter((_, index) => processes[index]?.signalCode !== null).map(({ name }) => name);
    if (killed.length > 0) return { verdict: `kills ${killed.join(', ')}`, requestsPerSecond, details };
    if (lost > 0) return { verdict: `loses ${lost} (${reasons})`, requestsPerSecond, details };
    const faults = apps.map(({ group }, index) => group.majorFaults() - (faultsAtStart[index] ?? 0));
    const verdict = Math.max(...faults) > REQUESTS * MAX_FAULTS_PER_REQUEST ? 'thrashes' : 'sufficient';
    return {
      verdict,
      requestsPerSecond,
      details: `${details}; ${faults.join(' and ')} major faults under load`,
    };
  } finally {
    await Promise.all(processes.map((child) => end(child)));
    await removeGroups();
  }
}

/**
 * @param {number} quota
 * @param {Outcome} outcome
 */
function report(quota, { verdict, requestsPerSecond, details }) {
  const columns = [
    `${quota} MB`.padStart(7),
    verdict.padEnd(24),
    `${Math.round(requestsPerSecond)} req/s`.padEnd(12),
  ];
  console.log(`${columns.join('  ')}  ${details}`);
}

/** @param {readonly { name: string, group: ControlGroup }[]} apps */
function describe(apps) {
  return apps.map(({ name, group }) => `${name} ${group.describe()}`).join('; ');
}

/**
 * @param {'backend' | 'frontend'} name
 * @param {ControlGroup} group
 */
function start(name, group) {
  // The shell joins the group and then becomes the app, so that all reads and allocations of the app count.
  const startLine = readStartLine(name).replace(/^node /, `'${join(folder, `node-${name}`)}' `);
  const script = `echo $$ > '${group.processesFile}' && exec ${startLine}`;
  const child = spawn('/bin/sh', ['-c', script], {
    cwd: join(folder, 'apps', name),
    env: {
      NODE_ENV: 'production',
      PORT: String(ports[name]),
      LOG_LEVEL: 'error',
      MEMORY_AVAILABLE: String(group.quota),
    },
    stdio: 'ignore',
  });
  running.add(child);
  return child;
}

/**
 * @param {string} name
 * @returns {string}
 */
function readStartLine(name) {
  return JSON.parse(readFileSync(join(folder, 'apps', name, 'package.json'), 'utf8')).scripts.start;
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  running.delete(child);
}

/** Stops the apps and removes the control groups, which would outlive the script. Only empty groups can be removed. */
async function abandon() {
  await Promise.all([...running].map((child) => end(child)));
  await removeGroups();
  process.exit(130);
}

async function removeGroups() {
  for (const group of groups) await group.remove();
  groups.clear();
}

/** Starts the landscape in the folder of the measurement, where it writes the files for the apps. */
async function startLandscape() {
  const child = spawn(process.execPath, [resolve('dist/apps/landscape/main.js')], {
    cwd: folder,
    env: { BACKEND_PORT: String(ports.backend), FRONTEND_PORT: String(ports.frontend) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!existsSync(join(folder, '.landscape/landscape.json'))) {
    if (child.exitCode !== null || Date.now() > deadline) fail('The landscape did not start.', 1);
    await delay(100);
  }
}

/**
 * @param {string} url
 * @returns {Promise<{ lost: number, reasons: string }>} requests that were not answered with 200
 */
async function load(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const deadline = Date.now() + RUN_TIMEOUT_MS;
  let left = REQUESTS;
  let lost = 0;
  /** @type {Set<string>} */
  const reasons = new Set();
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const answer = Date.now() > deadline ? 'too slow' : await ask(url, agent);
      if (answer === 'answered') continue;
      lost += 1;
      reasons.add(answer);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  agent.destroy();
  return { lost, reasons: [...reasons].join(', ') };
}

/**
 * @param {string} url
 * @param {Agent} agent
 * @returns {Promise<string>} `answered`, or the status or error instead
 */
function ask(url, agent) {
  return new Promise((settle) => {
    const request = get(url, { agent, headers: { accept: 'application/json' } }, (response) => {
      response.resume();
      response.once('end', () =>
        settle(response.statusCode === 200 ? 'answered' : `status ${response.statusCode}`),
      );
      response.once('error', (error) => settle(String(codeOf(error))));
    });
    request.setTimeout(REQUEST_TIMEOUT_MS, () => request.destroy());
    request.once('error', (error) => settle(String(codeOf(error))));
  });
}

/** @param {number} port */
async function isReadyInTime(port) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    try {
      const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`, {
        signal: AbortSignal.timeout(5_000),
      });
      if (ok) return true;
    } catch {
      // The app does not answer yet.
    }
    await delay(50);
  }
  return false;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

function dropPageCache() {
  execFileSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '1');
  } catch (error) {
    fail(
      `No permission to drop the page cache (${codeOf(error)}): run this script as root on your own machine.`,
      2,
    );
  }
}

/**
 * @typedef {object} ControlGroup
 * @property {number} quota in MB
 * @property {string} processesFile
 * @property {() => string} describe peak, and pages read back from the disk
 * @property {() => number} majorFaults pages read back from the disk
 * @property {() => Promise<void>} remove
 */

/**
 * Finds control groups of version 1 if they manage memory, of version 2 otherwise.
 *
 * @returns {(name: string, quota: number) => ControlGroup}
 */
function findControlGroups() {
  const mounts = existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8').split('\n') : [];
  const find = (/** @type {(fields: readonly string[]) => boolean} */ matches) =>
    mounts.map((line) => line.split(' ')).find(matches)?.[1];
  const first = find(
    ([, , type, options]) => type === 'cgroup' && options?.split(',').includes('memory') === true,
  );
  const second = find(([, , type]) => type === 'cgroup2');
  const root = first ?? second;
  if (root === undefined) fail('This system has no memory control groups: run this script on Linux.', 2);
  const isFirst = first !== undefined;
  try {
    if (!isFirst) writeFileSync(join(root, 'cgroup.subtree_control'), '+memory');
    const probe = join(root, `nest-ias-${process.pid}-probe`);
    mkdirSync(probe);
    rmdirSync(probe);
  } catch (error) {
    fail(
      `No permission to create control groups (${codeOf(error)}): run this script as root on your own machine.`,
      2,
    );
  }
  const files = isFirst
    ? {
        limit: 'memory.limit_in_bytes',
        swap: 'memory.memsw.limit_in_bytes',
        peak: 'memory.max_usage_in_bytes',
      }
    : { limit: 'memory.max', swap: 'memory.swap.max', peak: 'memory.peak' };
  return (name, quota) => {
    const path = join(root, name);
    mkdirSync(path);
    const bytes = String(quota * 1024 * 1024);
    writeFileSync(join(path, files.limit), bytes);
    // No swap, as on Cloud Foundry.
    if (existsSync(join(path, files.swap))) writeFileSync(join(path, files.swap), isFirst ? bytes : '0');
    const majorFaults = () => {
      const statistics = readFileSync(join(path, 'memory.stat'), 'utf8');
      return Number(/^(?:total_)?pgmajfault (\d+)$/m.exec(statistics)?.[1]);
    };
    return {
      quota,
      processesFile: join(path, 'cgroup.procs'),
      describe: () => {
        const peak = Number(readFileSync(join(path, files.peak), 'utf8')) / 1024 / 1024;
        return `peak ${Math.round(peak)} MB, ${majorFaults()} major faults`;
      },
      majorFaults,
      remove: () => removeGroup(path),
    };
  };
}

/**
 * Removes a group with retries: the kernel releases it some time after its last process has exited.
 *
 * @param {string} path
 */
async function removeGroup(path) {
  for (let attempt = 0; existsSync(path); attempt += 1) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (codeOf(error) !== 'EBUSY' || attempt === GROUP_REMOVALS) throw error;
      await delay(100);
    }
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}

/**
 * @param {string} message
 * @param {number} code
 * @returns {never}
 */
function fail(message, code) {
  console.error(message);
  process.exit(code);
}
