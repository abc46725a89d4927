import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { percentile } from './statistics.mjs';

process.once('message', (/** @type {import('./load.mjs').Load} */ load) => {
  void generate(load).then((result) => process.send?.(result, () => process.disconnect()));
});

/** @param {import('./load.mjs').Load} load @returns {Promise<import('./load.mjs').LoadResult>} */
async function generate({
  url,
  connections,
  seconds,
  requests,
  perSecond,
  tls,
  authorizations,
  delaySeconds = 0,
  ...request
}) {
  /** @type {number[]} */
  const milliseconds = [];
  /** @type {Record<string, number>} */
  const statuses = {};
  await delay(delaySeconds * 1_000);
  const start = performance.now();
  let end = start;
  const options = {
    url,
    connections,
    duration: seconds,
    ...request,
    ...(requests === undefined ? {} : { amount: requests }),
    ...(perSecond === undefined ? {} : { overallRate: perSecond }),
    ...(tls === undefined ? {} : { tlsOptions: tls }),
    ...(authorizations === undefined ? {} : { requests: [requestsInTurn(authorizations)] }),
  };
  const failures = await new Promise((resolve) => {
    const running = autocannon(options, (_error, { errors }) => resolve(errors));
    running.on('response', (_client, status, _bytes, time) => {
      milliseconds.push(time);
      statuses[status] = (statuses[status] ?? 0) + 1;
      end = performance.now();
    });
  });
  return {
    answers: milliseconds.length,
    seconds: (end - start) / 1_000,
    statuses,
    failures,
    p50: percentile(milliseconds, 50),
    p99: percentile(milliseconds, 99),
  };
}

/** @param {readonly string[]} authorizations @returns {autocannon.Request} */
function requestsInTurn(authorizations) {
  let next = 0;
  return {
    setupRequest: (request) => {
      const authorization = authorizations[next++ % authorizations.length];
      return { ...request, headers: { ...request.headers, authorization } };
    },
  };
}
