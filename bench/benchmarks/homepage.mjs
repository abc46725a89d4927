import { number, ratio, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { expectOnly, generateLoad, measureLoad } from '../lib/load.mjs';
import { Pair } from '../lib/pairs.mjs';
import { Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';

const CONNECTIONS = 32;

export const title = 'GET /homepage';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, seconds }) {
  const scenario = await Scenario.start();
  const pairs = [
    await Pair.startOurs(scenario),
    await Pair.startTutorial(scenario),
    await Pair.startCeiling(scenario),
  ];
  try {
    for (const { homepage } of pairs)
      await generateLoad({ url: homepage, connections: CONNECTIONS, seconds });
    const samples = await interleave(pairs, rounds, async ({ name, servers, homepage }) => {
      const result = await measureLoad(servers, { url: homepage, connections: CONNECTIONS, seconds });
      expectOnly(name, result, 200);
      return result;
    });
    return report(samples);
  } finally {
    for (const pair of pairs) await pair.stop();
    await scenario.stop();
  }
}

/** @typedef {Awaited<ReturnType<typeof measureLoad>>} Sample */

function report(/** @type {Map<string, Sample[]>} */ samples) {
  const values = (
    /** @type {Sample[]} */ rounds,
    /** @type {'perSecond' | 'perCpuSecond' | 'utilization' | 'p50' | 'p99'} */ name,
  ) => rounds.map((round) => round[name]);
  const [ours = [], tutorial = [], ceiling = []] = samples.values();
  const target = (/** @type {number} */ least, /** @type {string} */ text, /** @type {Sample[]} */ peer) => {
    const times = (/** @type {'perSecond' | 'perCpuSecond'} */ name) =>
      median(values(ours, name)) / median(values(peer, name));
    const [perSecond, perCpuSecond] = [times('perSecond'), times('perCpuSecond')];
    return {
      target: `≥ ${least} × ${text}, in requests/s and per CPU second`,
      reached: `${ratio(perSecond)} and ${ratio(perCpuSecond)}`,
      met: Math.min(perSecond, perCpuSecond) >= least,
    };
  };
  const rows = [...samples].map(([name, rounds]) => [
    name,
    ratio(median(values(rounds, 'perSecond')) / median(values(tutorial, 'perSecond'))),
    ratio(median(values(rounds, 'perCpuSecond')) / median(values(tutorial, 'perCpuSecond'))),
    spread(values(rounds, 'perSecond')),
    spread(values(rounds, 'perCpuSecond')),
    spread(values(rounds, 'p50')),
    spread(values(rounds, 'p99')),
    `${number(Math.round(median(values(rounds, 'utilization')) * 100))} %`,
  ]);
  return {
    text:
      `${CONNECTIONS} connections. Frontend and backend share one core; router, tenant (both over TLS) and the load ` +
      'generator share the other. Client certificates have RSA keys of 2 048 bits, as in IAS. No frontend on Node.js can ' +
      'exceed the ceiling here: it renders no page, checks nothing and has its token from the start.',
    tables: [
      table(
        [
          '',
          'requests/s',
          'per CPU second',
          'requests/s',
          'per CPU second of both apps',
          'p50 ms',
          'p99 ms',
          'core busy',
        ],
        rows,
      ),
    ],
    targets: [target(20, 'the tutorial', tutorial), target(0.85, 'the ceiling', ceiling)],
  };
}
