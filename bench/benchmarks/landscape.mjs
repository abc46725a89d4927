import { fork } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { number, spread, table } from '../lib/table-format.mjs';
import { interleave } from '../lib/interleave.mjs';
import { run, Server } from '../lib/program.mjs';
import { median } from '../lib/statistics.mjs';

const CONNECTIONS = 32;
const STARTS_A_ROUND = 2;
const SIGNATURES = 500;
const START = fileURLToPath(new URL('../lib/landscape-start-process.mjs', import.meta.url));
const SERVER = fileURLToPath(new URL('../lib/landscape-server-process.mjs', import.meta.url));
const LOAD = fileURLToPath(new URL('../lib/token-load-process.mjs', import.meta.url));

export const title = 'The landscape';

export async function measure(/** @type {import('../lib/effort.mjs').Effort} */ { rounds, seconds }) {
  const start = { name: 'landscape', arguments: ['--expose-gc', START] };
  const starts = await interleave([start], rounds * STARTS_A_ROUND, run);
  const tokens = await measureTokens(rounds, seconds);
  return report(starts.get(start.name) ?? [], tokens, await measureSignature());
}

/** @param {number} rounds @param {number} seconds */
async function measureTokens(rounds, seconds) {
  const server = await Server.start({ name: 'landscape', arguments: [SERVER], cores: 'all' });
  try {
    /** @type {any} */
    const tenant = await (await fetch(server.url)).json();
    const load = { ...tenant, connections: CONNECTIONS, seconds };
    await generateTokenLoad(load);
    const subject = { name: 'tokens' };
    const samples = await interleave([subject], rounds, async () => {
      const before = server.cpuSeconds();
      const result = await generateTokenLoad(load);
      return { ...result, serverCpuSeconds: server.cpuSeconds() - before };
    });
    return samples.get(subject.name) ?? [];
  } finally {
    await server.stop();
  }
}

/**
 * @param {import('../lib/token-load-process.mjs').TokenLoad} load
 * @returns {Promise<{ tokens: number, seconds: number, cpuSeconds: number }>}
 */
async function generateTokenLoad(load) {
  const generator = fork(LOAD);
  generator.send(load);
  const reported = once(generator, 'message');
  const [code] = await once(generator, 'exit');
  if (code !== 0) throw new Error('The load generator failed.');
  const [result] = await reported;
  return result;
}

/** Returns the CPU time of one signature in the thread pool in milliseconds; every token needs one. */
async function measureSignature() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signInPool = promisify(sign);
  const content = Buffer.alloc(600);
  const before = process.cpuUsage();
  for (let round = 0; round < SIGNATURES; round += 1) await signInPool('sha256', content, privateKey);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / SIGNATURES;
}

/**
 * @param {{ milliseconds: number, cpuMilliseconds: number, heap: number, resident: number }[]} starts
 * @param {{ tokens: number, seconds: number, cpuSeconds: number, serverCpuSeconds: number }[]} rounds
 * @param {number} signature
 */
function report(starts, rounds, signature) {
  const milliseconds = starts.map((start) => start.milliseconds);
  const heap = starts.map((start) => start.heap);
  const resident = starts.map((start) => start.resident);
  const perSecond = rounds.map(({ tokens, seconds }) => tokens / seconds);
  const milli = (/** @type {number} */ seconds) => seconds * 1_000;
  return {
    text:
      `Started with EC keys in a new process; then ${CONNECTIONS} keep-alive connections over mutual TLS request tokens ` +
      '(RS256). The landscape uses both cores; on one of them the client writes prepared requests. CPU time does ' +
      'not depend on other load on the machine; tokens per second do.',
    tables: [
      table(
        ['', 'median (least–greatest)'],
        [
          ['`startLandscape` to listening, ms', spread(milliseconds)],
          ['CPU time of the start, all threads, ms', spread(starts.map((start) => start.cpuMilliseconds))],
          ['tokens issued per second', spread(perSecond)],
          [
            'CPU time of the landscape per token, ms',
            spread(rounds.map((round) => milli(round.serverCpuSeconds / round.tokens))),
          ],
          ['… of which one RSA-2048 signature, ms', number(signature)],
          [
            'CPU time of the client per token, ms',
            spread(rounds.map((round) => milli(round.cpuSeconds / round.tokens))),
          ],
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
