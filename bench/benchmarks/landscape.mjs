import { fileURLToPath } from 'node:url';
import { number, spread, table } from '../lib/format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { expectOnly, generateLoad, measureLoad } from '../lib/load.mjs';
import { run, Server } from '../lib/program.mjs';
import { median } from '../lib/statistics.mjs';

const CONNECTIONS = 32;
const STARTS_A_ROUND = 2;
const START = fileURLToPath(new URL('../lib/landscape-start.process.mjs', import.meta.url));
const SERVER = fileURLToPath(new URL('../lib/landscape-server.process.mjs', import.meta.url));

export const title = 'The landscape';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, seconds }) {
  const start = { name: 'landscape', arguments: ['--expose-gc', START] };
  const starts = await interleave([start], rounds * STARTS_A_ROUND, run);
  return report(starts.get(start.name) ?? [], await measureTokens(rounds, seconds));
}

/** @param {number} rounds @param {number} seconds */
async function measureTokens(rounds, seconds) {
  const server = await Server.start({ name: 'landscape', arguments: [SERVER] });
  try {
    /** @type {any} */
    const description = await (await fetch(server.url)).json();
    const { url, ca, clientid, certificate, key } = description;
    /** @type {import('../lib/load.mjs').Load} */
    const load = {
      url: `${url}/oauth2/token`,
      connections: CONNECTIONS,
      seconds,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: clientid }).toString(),
      tls: { ca, cert: certificate, key },
    };
    await generateLoad(load);
    const subject = { name: 'tokens' };
    const samples = await interleave([subject], rounds, async ({ name }) => {
      const result = await measureLoad([server], load);
      expectOnly(name, result, 200);
      return result;
    });
    return samples.get(subject.name) ?? [];
  } finally {
    await server.stop();
  }
}

/**
 * @param {{ milliseconds: number, heap: number, resident: number }[]} starts
 * @param {Awaited<ReturnType<typeof measureLoad>>[]} tokens
 */
function report(starts, tokens) {
  const milliseconds = starts.map((start) => start.milliseconds);
  const heap = starts.map((start) => start.heap);
  const resident = starts.map((start) => start.resident);
  const perSecond = tokens.map((round) => round.perSecond);
  return {
    text: `Started with EC keys in a fresh process; then ${CONNECTIONS} keep-alive connections over mutual TLS ask for tokens (RS256).`,
    tables: [
      table(
        ['', 'median (least–greatest)'],
        [
          ['`startLandscape` to listening, ms', spread(milliseconds)],
          ['tokens issued a second', spread(perSecond)],
          ['tokens issued per CPU second', spread(tokens.map((round) => round.perCpuSecond))],
          ['heap and buffers added, MiB', spread(heap)],
          ['resident memory added, MiB', spread(resident)],
        ],
      ),
    ],
    targets: [
      {
        target: 'start < 100 ms',
        reached: `${number(median(milliseconds))} ms`,
        met: median(milliseconds) < 100,
      },
      { target: '≥ 1 500 tokens/s', reached: number(median(perSecond)), met: median(perSecond) >= 1_500 },
      {
        target: 'memory added < 15 MB',
        reached: `${number(median(resident))} MiB`,
        met: median(resident) < 15,
      },
    ],
  };
}
