import { interleave } from '../lib/interleave.mjs';
import { spread, table } from '../lib/table-format.mjs';
import { Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';
import { askTokenClient, OURS, TOKEN_CLIENTS } from '../lib/token-clients.mjs';

const CALLERS = 100;

export const title = '100 callers at once, nothing cached';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds }) {
  const scenario = await Scenario.start();
  try {
    const environment = await scenario.bind('X509_GENERATED');
    const samples = await interleave(TOKEN_CLIENTS, rounds, async (client) =>
      scenario.countTenant(() => askTokenClient(client, 'cold', CALLERS, environment)),
    );
    return report(samples);
  } finally {
    await scenario.stop();
  }
}

/** @typedef {{ tokenRequests: number, handshakes: number }} Counts */

function report(/** @type {Map<string, Counts[]>} */ samples) {
  const tokenRequests = (/** @type {Counts[]} */ counts) => counts.map((count) => count.tokenRequests);
  const handshakes = (/** @type {Counts[]} */ counts) => counts.map((count) => count.handshakes);
  const ours = samples.get(OURS) ?? [];
  const reached = [median(tokenRequests(ours)), median(handshakes(ours))];
  return {
    text: `${CALLERS} callers in one process request a token at the same time; counted at the tenant.`,
    tables: [
      table(
        ['', 'token requests', 'TLS handshakes'],
        [...samples].map(([name, counts]) => [
          name,
          spread(tokenRequests(counts)),
          spread(handshakes(counts)),
        ]),
      ),
    ],
    targets: [
      {
        target: '1 token request, 1 handshake',
        reached: reached.join(' and '),
        met: reached.every((count) => count === 1),
      },
    ],
  };
}
