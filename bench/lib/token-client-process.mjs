/**
 * Requests tokens from a token client: `<module> cached <calls>` measures the nanoseconds per call after the first call;
 * `<module> cold <callers>` makes all callers request at the same time.
 */
const [, , module = '', mode, times] = process.argv;
const count = Number(times);
const { createTokenClient } = await import(module);
/** @type {() => Promise<unknown>} */
const getToken = await createTokenClient();

const result = mode === 'cold' ? await requestConcurrently() : await requestSequentially();
process.send?.(result, () => process.exit());

async function requestConcurrently() {
  await Promise.all(Array.from({ length: count }, getToken));
  return {};
}

async function requestSequentially() {
  await repeat(Math.ceil(count / 10));
  const start = process.hrtime.bigint();
  await repeat(count);
  return { nanoseconds: Number(process.hrtime.bigint() - start) / count };
}

async function repeat(/** @type {number} */ calls) {
  for (let call = 0; call < calls; call += 1) await getToken();
}
