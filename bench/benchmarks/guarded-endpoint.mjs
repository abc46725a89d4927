import {
  CEILING,
  FASTIFY_JOSE,
  GUARDED_BACKENDS,
  NEST_XSSEC,
  OURS,
  TUTORIAL,
  UNGUARDED,
} from '../lib/backends.mjs';
import { number, ratio, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { expectOnly, generateLoad, measureLoad } from '../lib/load.mjs';
import { startBackends, stopBackends } from '../lib/running-backend.mjs';
import { callerHeaders, Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';

const CONNECTIONS = 32;
/** The tutorial's xssec 3 is twice as fast on newer versions. */
const IS_NODE_20 = process.version.startsWith('v20.');
const PEERS = GUARDED_BACKENDS.filter((backend) => backend !== OURS);

export const title = 'GET /endpoint with a valid token';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, seconds }) {
  const scenario = await Scenario.start();
  const backends = await startBackends(scenario, [...GUARDED_BACKENDS, UNGUARDED, CEILING]);
  try {
    const headers = await callerHeaders(scenario);
    const load = (/** @type {import('../lib/program.mjs').Server} */ { url }) => ({
      url: `${url}/endpoint`,
      connections: CONNECTIONS,
      seconds,
      headers,
    });
    for (const { server } of backends) await generateLoad(load(server));
    const samples = await interleave(backends, rounds, async ({ name, server }) => {
      const result = await measureLoad([server], load(server));
      expectOnly(name, result, 200);
      return result;
    });
    return report(samples);
  } finally {
    await stopBackends(backends);
    await scenario.stop();
  }
}

/** @param {Map<string, Awaited<ReturnType<typeof measureLoad>>[]>} samples */
function report(samples) {
  const perCpuSecond = (/** @type {string} */ name) =>
    median((samples.get(name) ?? []).map((sample) => sample.perCpuSecond));
  const ours = perCpuSecond(OURS.name);
  const against = ({ name = '' }) => ours / perCpuSecond(name);
  const target = (
    /** @type {number} */ least,
    /** @type {string} */ text,
    /** @type {{ name: string }} */ peer,
  ) => ({
    target: `≥ ${least} × ${text}`,
    reached: ratio(against(peer)),
    met: against(peer) >= least,
  });
  const p99 = (/** @type {{ name: string }} */ { name }) =>
    median((samples.get(name) ?? []).map((sample) => sample.p99));
  const quickestPeer = Math.min(...PEERS.map(p99));
  return {
    text:
      `${CONNECTIONS} connections, one core for the server. The token is bound to a certificate, which is in ` +
      '`x-forwarded-client-cert` as behind the router. nest-ias checks this proof of possession on every request; the others do not.',
    tables: [
      table(
        ['', 'nest-ias relative to this', 'requests per CPU second', 'requests/s', 'p50 ms', 'p99 ms'],
        [...samples].map(([name, rounds]) => [
          name,
          ratio(against({ name })),
          spread(rounds.map((round) => round.perCpuSecond)),
          number(median(rounds.map((round) => round.perSecond))),
          number(median(rounds.map((round) => round.p50))),
          number(median(rounds.map((round) => round.p99))),
        ]),
      ),
    ],
    targets: [
      target(IS_NODE_20 ? 10 : 6, 'the tutorial', TUTORIAL),
      target(2, 'Fastify and jose', FASTIFY_JOSE),
      target(1.15, 'Nest, Fastify and xssec with its caches', NEST_XSSEC),
      ...(IS_NODE_20 ? [] : [target(0.5, 'the ceiling', CEILING)]),
      {
        target: 'p99 ≤ that of every peer',
        reached: `${number(p99(OURS))} ms against ${number(quickestPeer)} ms`,
        met: p99(OURS) <= quickestPeer,
      },
    ],
  };
}
