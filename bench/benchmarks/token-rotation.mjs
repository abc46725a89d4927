import { OURS } from '../lib/backends.mjs';
import { number, ratio, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { expectOnly, generateLoad, measureLoad } from '../lib/load.mjs';
import { startBackends, stopBackends } from '../lib/running-backend.mjs';
import { callerWithTokens, Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';

const CONNECTIONS = 32;
const FEW = 500;
const MANY = 5_000;
/** About 5 200 of these tokens fit into the cache of the guard. */
const COUNTS = [FEW, MANY, 5_500, 6_000, 10_000];

export const title = 'Valid tokens in rotation';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, share }) {
  const scenario = await Scenario.start();
  try {
    const { headers, authorizations: all } = await callerWithTokens(scenario, Math.max(...COUNTS) * share);
    const subjects = COUNTS.map((count) => ({
      name: number(count),
      authorizations: all.slice(0, count * share),
    }));
    const samples = await interleave(subjects, rounds, async ({ name, authorizations }) => {
      // A backend of its own each time: its memory is that of these tokens.
      const backends = await startBackends(scenario, [OURS]);
      const [{ server }] = /** @type {[(typeof backends)[number]]} */ (backends);
      try {
        const url = `${server.url}/endpoint`;
        const requests = Math.max(10_000 * share, 2 * authorizations.length);
        const load = { url, connections: CONNECTIONS, seconds: 60, requests, headers, authorizations };
        await generateLoad(load);
        const result = await measureLoad([server], load);
        expectOnly(name, result, 200);
        return { microseconds: 1e6 / result.perCpuSecond, memory: server.residentMebibytes() };
      } finally {
        await stopBackends(backends);
      }
    });
    return report(samples);
  } finally {
    await scenario.stop();
  }
}

/** @param {Map<string, { microseconds: number, memory: number }[]>} samples */
function report(samples) {
  const cost = (/** @type {string} */ name) =>
    median((samples.get(name) ?? []).map(({ microseconds }) => microseconds));
  const reached = cost(number(MANY)) / cost(number(FEW));
  return {
    text:
      `${CONNECTIONS} connections send as many valid tokens of one caller as named, one after the other; each has been ` +
      'sent before the measurement starts. A token that the guard no longer knows is verified anew.',
    tables: [
      table(
        ['tokens', 'costs', 'µs of CPU a request', 'MiB in use'],
        [...samples].map(([name, rounds]) => [
          name,
          ratio(cost(name) / cost(number(FEW))),
          spread(rounds.map(({ microseconds }) => microseconds)),
          spread(rounds.map(({ memory }) => memory)),
        ]),
      ),
    ],
    targets: [
      {
        target: `${number(MANY)} tokens cost < 2.5 × what ${number(FEW)} do`,
        reached: ratio(reached),
        met: reached < 2.5,
      },
    ],
  };
}
