import { GUARDED_BACKENDS, OURS } from '../lib/backends.mjs';
import { forgeTokens } from '../lib/forged-tokens.mjs';
import { number, ratio, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { expectOnly, generateLoad, measureLoad } from '../lib/load.mjs';
import { startBackends, stopBackends } from '../lib/running-backend.mjs';
import { callerHeaders, Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';

const FORGED_TOKENS = 20_000;
const FLOOD_CONNECTIONS = 32;
const LEGITIMATE_CONNECTIONS = 4;
const LEGITIMATE_PER_SECOND = 100;
const FLOOD_HEAD_START_SECONDS = 0.5;

export const title = 'A flood of forged tokens';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, seconds, share }) {
  const scenario = await Scenario.start();
  const backends = await startBackends(scenario, GUARDED_BACKENDS);
  try {
    const honestHeaders = await callerHeaders(scenario);
    const authorizations = await forgeTokens(scenario.landscape, FORGED_TOKENS * share);
    const measureFlood = async (/** @type {(typeof backends)[number]} */ { name, server }) => {
      const url = `${server.url}/endpoint`;
      const honest = {
        url,
        connections: LEGITIMATE_CONNECTIONS,
        perSecond: LEGITIMATE_PER_SECOND,
        headers: honestHeaders,
      };
      const calm = await generateLoad({ ...honest, seconds });
      const memoryBefore = server.residentMebibytes();
      const flood = measureLoad([server], {
        url,
        connections: FLOOD_CONNECTIONS,
        seconds: seconds + 2 * FLOOD_HEAD_START_SECONDS,
        authorizations,
      });
      const duringFlood = generateLoad({ ...honest, seconds, delaySeconds: FLOOD_HEAD_START_SECONDS });
      const [counts, flooded] = await Promise.all([scenario.countTenant(() => flood), duringFlood]);
      const rejected = await flood;
      expectOnly(name, rejected, 401);
      expectOnly(name, flooded, 200);
      return {
        rejected: rejected.perCpuSecond,
        outbound: counts.keyRequests / rejected.answers,
        calmP99: calm.p99,
        floodP99: flooded.p99,
        memory: server.residentMebibytes() - memoryBefore,
      };
    };
    return report(await interleave(backends, rounds, measureFlood));
  } finally {
    await stopBackends(backends);
    await scenario.stop();
  }
}

/** @param {Map<string, { rejected: number, outbound: number, calmP99: number, floodP99: number, memory: number }[]>} samples */
function report(samples) {
  const rejected = (/** @type {string} */ name) =>
    median((samples.get(name) ?? []).map((round) => round.rejected));
  return {
    text:
      `${FLOOD_CONNECTIONS} connections send forged tokens as fast as the server answers, while legitimate callers send ` +
      `${LEGITIMATE_PER_SECOND} requests per second over ${LEGITIMATE_CONNECTIONS} connections.`,
    tables: [
      table(
        [
          '',
          'nest-ias relative to this',
          'rejected per CPU second',
          'requests to the tenant per forged token',
          'legitimate p99 ms, without flood',
          'legitimate p99 ms, during flood',
          'MiB growth per round',
        ],
        [...samples].map(([name, rounds]) => [
          name,
          ratio(rejected(OURS.name) / rejected(name)),
          spread(rounds.map((round) => round.rejected)),
          number(median(rounds.map((round) => round.outbound))),
          spread(rounds.map((round) => round.calmP99)),
          spread(rounds.map((round) => round.floodP99)),
          number(median(rounds.map((round) => round.memory))),
        ]),
      ),
    ],
    targets: [],
  };
}
