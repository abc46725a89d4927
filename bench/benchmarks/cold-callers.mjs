import { interleave } from '../lib/interleave.mjs';
import { spread, table } from '../lib/table-format.mjs';
import { Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';
import { askTokenClient, OURS, TOKEN_CLIENTS } from '../lib/token-clients.mjs';

const CALLERS = 100;

/** A round in which a peer got no tokens. @type {Counts} */
const FAILED = { tokenRequests: Number.NaN, handshakes: Number.NaN };

export const title = '100 callers at once, nothing cached';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds }) {
  const scenario = await Scenario.start();
  try {
    const environment = await scenario.bind('X509_GENERATED');
    const samples = await interleave(TOKEN_CLIENTS, rounds, async (client) => {
      try {
        return await scenario.countTenant(() => askTokenClient(client, 'cold', CALLERS, environment));
      } catch (error) {
        // 100 requests of a peer can exceed its own time limit on a busy machine
        if (client.name === OURS) throw error;
        return FAILED;
      }
    });
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
        [...samples].map(([name, all]) => {
          const counts = all.filter((count) => count !== FAILED);
          const failures = all.length - counts.length;
          const label = failures === 0 ? name : `${name} (failed in ${failures} of ${all.length} rounds)`;
          if (counts.length === 0) return [label, '–', '–'];
          return [label, spread(tokenRequests(counts)), spread(handshakes(counts))];
        }),
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
