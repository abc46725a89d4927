import { join } from 'node:path';
import { OURS, TUTORIAL } from '../lib/backends.mjs';
import { number, ratio, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { COMPILED } from '../lib/product.mjs';
import { Server } from '../lib/program.mjs';
import { Scenario } from '../lib/scenario.mjs';
import { median } from '../lib/statistics.mjs';

const STARTS_A_ROUND = 2;
const UNBUNDLED = { name: 'nest-ias, unbundled', arguments: [join(COMPILED, 'apps/backend/src/main.js')] };

export const title = 'Cold start of the backend';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds }) {
  const scenario = await Scenario.start();
  try {
    const environment = await scenario.bind('NONE');
    const programs = [OURS, TUTORIAL, UNBUNDLED];
    const samples = await interleave(programs, rounds * STARTS_A_ROUND, async (program) => {
      const start = performance.now();
      const server = await Server.start({ ...program, environment }, '/endpoint');
      const milliseconds = performance.now() - start;
      const memory = server.residentMebibytes();
      await server.stop();
      return { milliseconds, memory };
    });
    return report(samples);
  } finally {
    await scenario.stop();
  }
}

/** @param {Map<string, { milliseconds: number, memory: number }[]>} samples */
function report(samples) {
  const milliseconds = (/** @type {string} */ name) =>
    (samples.get(name) ?? []).map((start) => start.milliseconds);
  const ours = median(milliseconds(OURS.name));
  const tutorial = median(milliseconds(TUTORIAL.name));
  return {
    text: 'Time from the start of the process to its first answer (401 on `GET /endpoint`), one core, files in the page cache.',
    tables: [
      table(
        ['', 'time relative to nest-ias', 'ms', 'MiB after the first answer'],
        [...samples].map(([name, starts]) => [
          name,
          ratio(median(milliseconds(name)) / ours),
          spread(milliseconds(name)),
          number(median(starts.map((start) => start.memory))),
        ]),
      ),
    ],
    targets: [
      {
        target: '≤ the tutorial',
        reached: `${number(ours)} ms against ${number(tutorial)} ms`,
        met: ours <= tutorial,
      },
    ],
  };
}
