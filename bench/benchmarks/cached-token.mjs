import { number, ratio, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';
import { askTokenClient, OURS, TOKEN_CLIENTS } from '../lib/token-clients.mjs';

export const title = 'A cached token';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, share }) {
  const scenario = await Scenario.start();
  try {
    const environment = await scenario.bind('X509_GENERATED');
    const samples = await interleave(TOKEN_CLIENTS, rounds, async (client) => {
      const { nanoseconds } = await askTokenClient(client, 'cached', client.cachedCalls * share, environment);
      return /** @type {number} */ (nanoseconds);
    });
    return report(samples);
  } finally {
    await scenario.stop();
  }
}

function report(/** @type {Map<string, number[]>} */ samples) {
  const ours = median(samples.get(OURS) ?? []);
  const rows = [...samples].map(([name, nanoseconds]) => [
    name,
    ratio(median(nanoseconds) / ours),
    spread(nanoseconds),
  ]);
  return {
    text: 'One caller repeatedly requests a token that is in the cache; one core, a new process each round.',
    tables: [table(['', 'time relative to nest-ias', 'ns per call, median (minimum–maximum)'], rows)],
    targets: [{ target: '≤ 500 ns per call', reached: `${number(ours)} ns`, met: ours <= 500 }],
  };
}
