/** Starts a landscape and reports the duration and the added memory of the process. */
import { setTimeout as delay } from 'node:timers/promises';
import { importLandscape } from './product.mjs';

const SETTLE_MS = 200;
const MEBIBYTE = 2 ** 20;

const { startLandscape } = await importLandscape();
const before = await settledMemory();
const spent = process.cpuUsage();
const start = performance.now();
const landscape = await startLandscape({ clientKey: 'EC' });
const milliseconds = performance.now() - start;
const { user, system } = process.cpuUsage(spent);
await landscape.issueBinding({ type: 'X509_GENERATED' });
await landscape.tenant.issueToken();
const after = await settledMemory();

await landscape.stop();
process.send?.({
  milliseconds,
  cpuMilliseconds: (user + system) / 1_000,
  heap: after.heap - before.heap,
  resident: after.resident - before.resident,
});

/** Returns the memory after garbage collection, in mebibytes. */
async function settledMemory() {
  await delay(SETTLE_MS);
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: (heapUsed + external) / MEBIBYTE, resident: rss / MEBIBYTE };
}
