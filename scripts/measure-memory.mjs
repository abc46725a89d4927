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
import { Agent } from 'node:http';
import { ConfinedApps } from './lib/confined-apps.mjs';
import { fail } from './lib/failure.mjs';
import { ask } from './lib/http-request.mjs';

const REQUESTS = 20_000;
const CONNECTIONS = 32;
const QUOTAS_MB = [64, 80, 96, 112, 128];
/** A quota is sufficient only if it passes every round. */
const ROUNDS = 3;
const REQUEST_TIMEOUT_MS = 30_000;
const RUN_TIMEOUT_MS = 240_000;
/** Pages that an app may read back from the disk per request. With more, it thrashes. */
const MAX_FAULTS_PER_REQUEST = 0.02;

/**
 * @typedef {object} Outcome
 * @property {string} verdict `sufficient`, or the reason why not
 * @property {number} requestsPerSecond
 * @property {string} details
 */

const quotas = process.argv.slice(2).map(Number);
if (quotas.some((quota) => !Number.isInteger(quota) || quota < 16)) {
  fail('Quotas are whole numbers of MB.', 1);
}
const confined = await ConfinedApps.withLandscape();

console.log(`Node.js ${process.version}, ${REQUESTS} requests, ${CONNECTIONS} connections, ${ROUNDS} rounds`);
let smallest;
for (const quota of quotas.length > 0 ? quotas : QUOTAS_MB) {
  let isSufficient = true;
  for (let round = 0; round < ROUNDS && isSufficient; round += 1) {
    const outcome = await measure(quota);
    report(quota, outcome);
    isSufficient = outcome.verdict === 'sufficient';
  }
  if (isSufficient) {
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
  const apps = confined.start(['backend', 'frontend'], quota);
  try {
    const ready = await Promise.all(apps.map((app) => confined.isReadyInTime(app)));
    if (ready.includes(false)) {
      return { verdict: 'does not start', requestsPerSecond: 0, details: describe(apps) };
    }
    const faultsAtStart = apps.map(({ group }) => group.majorFaults());
    const before = performance.now();
    const { lost, reasons } = await load(`http://127.0.0.1:${confined.ports.frontend}/homepage`);
    const requestsPerSecond = REQUESTS / ((performance.now() - before) / 1000);
    const details = describe(apps);
    const killed = apps.filter((app) => app.wasKilled()).map(({ name }) => name);
    if (killed.length > 0) return { verdict: `${killed.join(', ')} killed`, requestsPerSecond, details };
    if (lost > 0) return { verdict: `${lost} lost (${reasons})`, requestsPerSecond, details };
    const faults = apps.map(({ group }, index) => group.majorFaults() - (faultsAtStart[index] ?? 0));
    const verdict = Math.max(...faults) > REQUESTS * MAX_FAULTS_PER_REQUEST ? 'thrashes' : 'sufficient';
    return {
      verdict,
      requestsPerSecond,
      details: `${details}; ${faults.join(' and ')} major faults under load`,
    };
  } finally {
    await confined.end(apps);
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

/** @param {readonly import('./lib/confined-apps.mjs').ConfinedApp[]} apps */
function describe(apps) {
  return apps.map(({ name, group }) => `${name} ${group.describe()}`).join('; ');
}

/**
 * @param {string} url
 * @returns {Promise<{ lost: number, reasons: string }>} requests that were not answered with 200
 */
async function load(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const options = { agent, timeout: REQUEST_TIMEOUT_MS, headers: { accept: 'application/json' } };
  const deadline = Date.now() + RUN_TIMEOUT_MS;
  let left = REQUESTS;
  let lost = 0;
  /** @type {Set<string>} */
  const reasons = new Set();
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const answer = Date.now() > deadline ? 'too slow' : await ask(url, options);
      if (answer === 'answered') continue;
      lost += 1;
      reasons.add(answer);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  agent.destroy();
  return { lost, reasons: [...reasons].join(', ') };
}
