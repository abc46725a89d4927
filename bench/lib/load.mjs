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
 * @property {number} [perSecond] requests a second, over all connections; as many as the server can answer without it
 * @property {number} [requests] requests in all, instead of `seconds`
 * @property {number} [delaySeconds] wait before the first request
 *
 * @typedef {object} LoadResult
 * @property {number} answers
 * @property {number} seconds
 * @property {Readonly<Record<string, number>>} statuses answers by status code
 * @property {number} failures connections broken, answers not in time
 * @property {number} p50 milliseconds
 * @property {number} p99 milliseconds
 */

/**
 * Keeps connections busy with requests, in a process of its own on the core of the load generator.
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
 * Fails when anything but the expected answer came: a server that answers errors fast is not fast.
 *
 * @param {string} name
 * @param {LoadResult} result
 * @param {number} status
 */
export function expectOnly(name, { statuses, failures, answers }, status) {
  if (answers > 0 && failures === 0 && statuses[status] === answers) return;
  throw new Error(
    `${name} did not answer ${status} only: ${JSON.stringify(statuses)}, ${failures} failures.`,
  );
}

/**
 * What the servers spent on a load.
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
