/**
 * Attacks an app in a memory control group with crowds of connections that never get a request done, while honest
 * callers go on, and tells whether the app survives and whom it answers. See docs/how-to/memory.md.
 *
 *     npm run build && npx nest build landscape
 *     npx -y -p node@24 -c 'node scripts/connection-attack.mjs [--app backend|frontend] [--quota MB] [--connections N] [--rate N] [attack …]'
 *
 * Attacks: `idle` connections, partial `headers` (60 KB each), `short-headers` (16 KB), `small-headers` (1 600 of 10 bytes),
 * partial `bodies` (60 KB), `unknown-bodies` (on a path without a route), `pipelined` requests (1 700 each). Without a name it
 * runs all but the last. A crowd opens `--rate` connections a second until it has `--connections`, and as many again for those
 * that are closed.
 *
 * The app runs with the Node.js that runs this script, and with its `MAX_CONNECTIONS`. Needs the same rights as measure-memory.mjs (root on Linux) and
 * ends with exit code 2 without; with exit code 1 if the app dies, answers less than 95 % of the honest requests or
 * 99 % of the health checks within a second, or not all honest requests after the attack.
 */
import { fork } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchAccessToken } from './lib/access-token.mjs';
import { ConfinedApps } from './lib/confined-apps.mjs';
import { fail } from './lib/exit.mjs';
import { ask } from './lib/http-request.mjs';

const ATTACKS = [
  'idle',
  'headers',
  'short-headers',
  'small-headers',
  'bodies',
  'unknown-bodies',
  'pipelined',
];
const CROWD = fileURLToPath(new URL('lib/crowd-process.mjs', import.meta.url));
const HONEST_CALLERS = 12;
const HONEST_PAUSE_MS = 20;
const PROBES = 100;
const PROBE_INTERVAL_MS = 120;
const PROBE_TIMEOUT_MS = 1_000;
const HONEST_TIMEOUT_MS = 10_000;
const RECOVERY_MS = 1_000;
const AFTER_MS = 3_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    app: { type: 'string', default: 'backend' },
    quota: { type: 'string', default: '112' },
    connections: { type: 'string', default: '8000' },
    rate: { type: 'string', default: '1000' },
  },
});
const target = appOf(values.app);
const attacks = positionals.length > 0 ? positionals : ATTACKS.filter((attack) => attack !== 'pipelined');
for (const attack of attacks) if (!ATTACKS.includes(attack)) fail(`There is no attack ${attack}.`, 1);

/** @type {Record<string, string>} */
const limit =
  process.env['MAX_CONNECTIONS'] === undefined ? {} : { MAX_CONNECTIONS: process.env['MAX_CONNECTIONS'] };
const confined = await ConfinedApps.withLandscape();
const url = `http://127.0.0.1:${confined.ports[target]}`;
const honest = await honestRequest();
console.log(
  `Node.js ${process.version}, ${target} with ${values.quota} MB, ${values.connections} connections, ${HONEST_CALLERS} honest callers`,
);
let failed = false;
for (const attack of attacks) failed = !(await withstands(attack)) || failed;
process.exit(failed ? 1 : 0);

/**
 * @param {string} name
 * @returns {import('./lib/confined-apps.mjs').AppName}
 */
function appOf(name) {
  if (name === 'backend' || name === 'frontend') return name;
  return fail('--app is backend or frontend.', 1);
}

/** @param {string} attack */
async function withstands(attack) {
  /** @type {import('./lib/confined-apps.mjs').AppName[]} */
  const names = target === 'backend' ? ['backend'] : ['backend', 'frontend'];
  const apps = confined.start(names, Number(values.quota), limit);
  const victim = apps.find(({ name }) => name === target);
  if (victim === undefined) throw new Error(`${target} does not run.`);
  try {
    const ready = await Promise.all(apps.map((app) => confined.isReadyInTime(app)));
    if (ready.includes(false)) return report(attack, false, 'does not start');
    const callers = startCallers();
    await delay(RECOVERY_MS);
    const before = callers.count();
    const anonymousBefore = victim.group.anonymous();

    const crowd = fork(CROWD, [String(confined.ports[target]), attack, values.connections, values.rate]);
    let { open, opened, closed } = { open: 0, opened: 0, closed: 0 };
    crowd.on('message', (/** @type {any} */ counts) => ({ open, opened, closed } = counts));
    const probes = await probe();
    const anonymous = victim.group.anonymous();
    crowd.kill('SIGKILL');
    const during = callers.count();

    await delay(RECOVERY_MS);
    callers.count();
    await delay(AFTER_MS);
    const after = callers.count();
    callers.stop();

    const withstood =
      !victim.wasKilled() &&
      probes >= PROBES * 0.99 &&
      during.answered >= 0.95 * during.asked &&
      after.asked > 0 &&
      after.answered === after.asked;
    return report(
      attack,
      withstood,
      [
        victim.wasKilled() ? 'KILLED' : 'survives',
        `${anonymous} MB at the end (${anonymousBefore} before) beside files`,
        victim.group.describe(),
        `${opened} connections opened, ${closed} closed, ${open} open at the end`,
        `honest answers before ${share(before)}, during ${share(during)}, after ${share(after)}`,
        `health checks ${probes} of ${PROBES}`,
      ].join('; '),
    );
  } finally {
    await confined.end(apps);
  }
}

/**
 * @param {string} attack
 * @param {boolean} withstood
 * @param {string} details
 */
function report(attack, withstood, details) {
  console.log(`${attack.padEnd(15)} ${withstood ? 'withstood' : 'FAILED   '}  ${details}`);
  return withstood;
}

/** @param {{ asked: number, answered: number, reasons: string }} counts */
function share({ asked, answered, reasons }) {
  const percent = asked === 0 ? 'none asked' : `${((100 * answered) / asked).toFixed(2)} %`;
  return `${answered}/${asked} (${percent}${reasons === '' ? '' : `, ${reasons}`})`;
}

/** Callers that keep their connections, and ask again a moment after each answer. */
function startCallers() {
  const agent = new Agent({ keepAlive: true, maxSockets: HONEST_CALLERS });
  const stop = new AbortController();
  let asked = 0;
  let answered = 0;
  /** @type {Map<string, number>} */
  const reasons = new Map();
  const caller = async () => {
    while (!stop.signal.aborted) {
      const answer = await ask(honest.url, { agent, patience: HONEST_TIMEOUT_MS, headers: honest.headers });
      asked += 1;
      if (answer === 'answered') answered += 1;
      else reasons.set(answer, (reasons.get(answer) ?? 0) + 1);
      await delay(HONEST_PAUSE_MS);
    }
  };
  for (let index = 0; index < HONEST_CALLERS; index += 1) void caller();
  return {
    /** Answers since the last count. */
    count() {
      const counts = {
        asked,
        answered,
        reasons: [...reasons].map(([reason, n]) => `${n} × ${reason}`).join(', '),
      };
      asked = 0;
      answered = 0;
      reasons.clear();
      return counts;
    },
    stop() {
      stop.abort();
      agent.destroy();
    },
  };
}

/** Health checks, each on a connection of its own; how many were answered in time. */
async function probe() {
  const checks = [];
  for (let index = 0; index < PROBES; index += 1) {
    const timeout = {
      agent: new Agent(),
      patience: PROBE_TIMEOUT_MS,
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    };
    checks.push(ask(`${url}/health/live`, timeout));
    await delay(PROBE_INTERVAL_MS);
  }
  const answers = await Promise.all(checks);
  return answers.filter((answer) => answer === 'answered').length;
}

/** What honest callers ask for: the backend with a token and its certificate, as the router passes it on. */
async function honestRequest() {
  if (target === 'frontend') return { url: `${url}/homepage`, headers: { accept: 'application/json' } };
  const serviceKey = confined.landscapeFile('service-key.json');
  const token = await fetchAccessToken(serviceKey, confined.caFile);
  const certificate = new X509Certificate(serviceKey.certificate).raw.toString('base64');
  return {
    url: `${url}/endpoint`,
    headers: {
      host: 'backend.cert.localhost',
      authorization: `Bearer ${token}`,
      'x-forwarded-client-cert': certificate,
    },
  };
}
