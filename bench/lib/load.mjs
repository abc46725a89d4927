import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const GENERATOR = fileURLToPath(new URL('load-process.mjs', import.meta.url));

/**
 * @typedef {object} Load
 * @property {string} url
 * @property {number} seconds
 * @property {number} connections
 * @property {Readonly<Record<string, string>>} [headers]
 * @property {readonly string[]} [authorizations] values of the header `authorization`, sent one after the other
 * @property {'POST'} [method]
 * @property {string} [body]
 * @property {{ cert: string, key: string, ca: string }} [tls]
 * @property {number} [perSecond] requests per second over all connections; unlimited by default
 * @property {number} [requests] total number of requests, instead of `seconds`
 * @property {number} [delaySeconds] wait before the first request
 *
 * @typedef {object} LoadResult
 * @property {number} answers
 * @property {number} seconds
 * @property {Readonly<Record<string, number>>} statuses answers by status code
 * @property {number} failures broken connections and time-outs
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 */

/**
 * Keeps connections busy with requests, in a separate process on the core of the load generator.
 *
 * @param {Load} load
 * @returns {Promise<LoadResult>}
 */
export async function generateLoad(load) {
  const generator = fork(GENERATOR);
  generator.send(load);
  const [result] = await once(generator, 'message');
  await once(generator, 'exit');
  return result;
}

/**
 * Fails on any unexpected answer, so that a server with fast error answers does not count as fast.
 *
 * @param {string} name
 * @param {LoadResult} result
 * @param {number} status
 */
export function expectOnly(name, { statuses, failures, answers }, status) {
  if (answers > 0 && failures === 0 && statuses[status] === answers) return;
  throw new Error(
    `${name} answered with other statuses than ${status}:  ${JSON.stringify(statuses)}, ${failures} failures.`,
  );
}

/**
 * Measures a load and the CPU time that the servers need for it.
 *
 * @param {readonly import('./program.mjs').Server[]} servers
 * @param {Load} load
 */
export async function measureLoad(servers, load) {
  const cpuSeconds = () => servers.reduce((sum, server) => sum + server.cpuSeconds(), 0);
  const before = cpuSeconds();
  const result = await generateLoad(load);
  const spent = cpuSeconds() - before;
  return {
    ...result,
    perSecond: result.answers / result.seconds,
    perCpuSecond: result.answers / spent,
    utilization: spent / result.seconds,
  };
}
