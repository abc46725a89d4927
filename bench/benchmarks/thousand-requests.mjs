import { number, table } from '../lib/table-format.mjs';
import { expectOnly, generateLoad } from '../lib/load.mjs';
import { Pair } from '../lib/pairs.mjs';
import { Scenario } from '../lib/scenario.mjs';

const REQUESTS = 1_000;
const CONNECTIONS = 32;

export const title = '1 000 requests after the first';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { share }) {
  const scenario = await Scenario.start();
  const pairs = [await Pair.startOurs(scenario), await Pair.startTutorial(scenario)];
  const requests = REQUESTS * share;
  try {
    /** @type {Map<string, Awaited<ReturnType<typeof scenario.countTenant>>>} */
    const counts = new Map();
    for (const { name, homepage } of pairs) {
      await (await fetch(homepage)).arrayBuffer();
      const ask = async () => {
        const load = { url: homepage, connections: CONNECTIONS, seconds: 60, requests };
        expectOnly(name, await generateLoad(load), 200);
      };
      counts.set(name, await scenario.countTenant(ask));
    }
    return report(counts, requests);
  } finally {
    for (const pair of pairs) await pair.stop();
    await scenario.stop();
  }
}

/** @typedef {{ tokenRequests: number, keyRequests: number, handshakes: number }} Counts */

/** @param {Map<string, Counts>} counts @param {number} requests */
function report(counts, requests) {
  const [ours] = counts.values();
  return {
    text: `${number(requests)} times \`GET /homepage\` over ${CONNECTIONS} connections after a first request; counted at the tenant.`,
    tables: [
      table(
        ['', 'token requests', 'TLS handshakes', 'requests for keys'],
        [...counts].map(([name, { tokenRequests, handshakes, keyRequests }]) => [
          name,
          number(tokenRequests),
          number(handshakes),
          number(keyRequests),
        ]),
      ),
    ],
    targets: [
      {
        target: '0 token requests, ≤ 1 handshake',
        reached: `${ours?.tokenRequests} and ${ours?.handshakes}`,
        met: ours?.tokenRequests === 0 && ours.handshakes <= 1,
      },
    ],
  };
}
