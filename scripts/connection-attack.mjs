/**
 * Attacks an app in a memory control group with many connections that never complete a request, while regular callers
 * continue. Prints whether the app survives and which requests it answers. See docs/how-to/memory.md.
 *
 *     npm run build && npx nest build landscape
 *     npx -y -p node@24 -c 'node scripts/connection-attack.mjs [--app backend|frontend] [--quota MB] [--connections N] [--rate N] [attack …]'
 *
 * Attacks: `idle` connections, partial `headers` (60 KB each), `short-headers` (16 KB), `small-headers` (1 600 of 10 bytes),
 * partial `bodies` (60 KB), `unknown-bodies` (on a path without a route), `pipelined` requests (1 700 each). Without a
 * name, it runs all of them. An attack opens `--rate` connections per second until it has `--connections`, and
 * replaces those that the app closes.
 *
 * The app runs on the Node.js version that runs this script, and with its `MAX_CONNECTIONS`. The script needs Linux and
 * the same permissions as measure-memory.mjs (root); otherwise it exits with code 2. It exits with code 1 if the app
 * dies, if it answers less than 95 % of the regular requests during the attack or not all of them after it, or if it
 * answers less than 99 % of the health checks within a second.
 */
import { fork } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchAccessToken } from './lib/access-token.mjs';
import { ConfinedApps } from './lib/confined-apps.mjs';
import { fail } from './lib/failure.mjs';
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
const ATTACKER = fileURLToPath(new URL('lib/attacker-process.mjs', import.meta.url));
const REGULAR_CALLERS = 12;
const REGULAR_PAUSE_MS = 20;
const PROBES = 100;
const PROBE_INTERVAL_MS = 120;
const PROBE_TIMEOUT_MS = 1_000;
const REGULAR_TIMEOUT_MS = 10_000;
const RECOVERY_MS = 1_000;
const AFTER_MS = 3_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    app: { type: 'string', default: 'backend' },
    quota: { type: 'string', default: '128' },
    connections: { type: 'string', default: '8000' },
    rate: { type: 'string', default: '1000' },
  },
});
const target = appOf(values.app);
const attacks = positionals.length > 0 ? positionals : ATTACKS;
for (const attack of attacks)
  if (!ATTACKS.includes(attack)) fail(`Unknown attack ${attack}. Attacks: ${ATTACKS.join(', ')}.`, 1);

/** @type {Record<string, string>} */
const limit =
  process.env['MAX_CONNECTIONS'] === undefined ? {} : { MAX_CONNECTIONS: process.env['MAX_CONNECTIONS'] };
const confined = await ConfinedApps.withLandscape();
const url = `http://127.0.0.1:${confined.ports[target]}`;
const regular = await regularRequest();
console.log(
  `Node.js ${process.version}, ${target} with ${values.quota} MB, ${values.connections} connections, ${REGULAR_CALLERS} regular callers`,
);
let failed = false;
for (const attack of attacks) failed = !(await survives(attack)) || failed;
process.exit(failed ? 1 : 0);

/**
 * @param {string} name
 * @returns {import('./lib/confined-apps.mjs').AppName}
 */
function appOf(name) {
  if (name === 'backend' || name === 'frontend') return name;
  return fail('--app must be backend or frontend.', 1);
}

/** @param {string} attack */
async function survives(attack) {
  /** @type {import('./lib/confined-apps.mjs').AppName[]} */
  const names = target === 'backend' ? ['backend'] : ['backend', 'frontend'];
  const apps = confined.start(names, Number(values.quota), limit);
  const victim = apps.find(({ name }) => name === target);
  if (victim === undefined) throw new Error(`${target} was not started.`);
  try {
    const ready = await Promise.all(apps.map((app) => confined.isReadyInTime(app)));
    if (ready.includes(false)) return report(attack, false, 'does not start');
    const callers = startCallers();
    await delay(RECOVERY_MS);
    const before = callers.count();
    const anonymousBefore = victim.group.anonymous();

    const attacker = fork(ATTACKER, [
      String(confined.ports[target]),
      attack,
      values.connections,
      values.rate,
    ]);
    let { open, opened, closed } = { open: 0, opened: 0, closed: 0 };
    attacker.on('message', (/** @type {any} */ counts) => ({ open, opened, closed } = counts));
    const probes = await probe();
    const anonymous = victim.group.anonymous();
    attacker.kill('SIGKILL');
    const during = callers.count();

    await delay(RECOVERY_MS);
    callers.count();
    await delay(AFTER_MS);
    const after = callers.count();
    callers.stop();

    const survived =
      !victim.wasKilled() &&
      probes >= PROBES * 0.99 &&
      during.answered >= 0.95 * during.asked &&
      after.asked > 0 &&
      after.answered === after.asked;
    return report(
      attack,
      survived,
      [
        victim.wasKilled() ? 'KILLED' : 'survives',
        `${anonymous} MB without files at the end (${anonymousBefore} before)`,
        victim.group.describe(),
        `${opened} connections opened, ${closed} closed, ${open} open at the end`,
        `regular requests answered: before ${share(before)}, during ${share(during)}, after ${share(after)}`,
        `health checks answered in time: ${probes} of ${PROBES}`,
      ].join('; '),
    );
  } finally {
    await confined.end(apps);
  }
}

/**
 * @param {string} attack
 * @param {boolean} survived
 * @param {string} details
 */
function report(attack, survived, details) {
  console.log(`${attack.padEnd(15)} ${survived ? 'ok    ' : 'FAILED'}  ${details}`);
  return survived;
}

/** @param {{ asked: number, answered: number, reasons: string }} counts */
function share({ asked, answered, reasons }) {
  const percent = asked === 0 ? 'none sent' : `${((100 * answered) / asked).toFixed(2)} %`;
  return `${answered}/${asked} (${percent}${reasons === '' ? '' : `, ${reasons}`})`;
}

/** Starts callers that keep their connections and send the next request shortly after each response. */
function startCallers() {
  const agent = new Agent({ keepAlive: true, maxSockets: REGULAR_CALLERS });
  const stop = new AbortController();
  let asked = 0;
  let answered = 0;
  /** @type {Map<string, number>} */
  const reasons = new Map();
  const caller = async () => {
    while (!stop.signal.aborted) {
      const answer = await ask(regular.url, { agent, timeout: REGULAR_TIMEOUT_MS, headers: regular.headers });
      asked += 1;
      if (answer === 'answered') answered += 1;
      else reasons.set(answer, (reasons.get(answer) ?? 0) + 1);
      await delay(REGULAR_PAUSE_MS);
    }
  };
  for (let index = 0; index < REGULAR_CALLERS; index += 1) void caller();
  return {
    /** Returns the counts since the last call. */
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

/** Sends health checks, each on its own connection, and returns how many were answered in time. */
async function probe() {
  const checks = [];
  for (let index = 0; index < PROBES; index += 1) {
    const options = {
      agent: new Agent(),
      timeout: PROBE_TIMEOUT_MS,
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    };
    checks.push(ask(`${url}/health/live`, options));
    await delay(PROBE_INTERVAL_MS);
  }
  const answers = await Promise.all(checks);
  return answers.filter((answer) => answer === 'answered').length;
}

/** The request of regular callers. For the backend it has a token, and the certificate as the router forwards it. */
async function regularRequest() {
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
