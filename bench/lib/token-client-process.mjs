/**
 * Asks a token client for tokens: `<module> cached <calls>` measures nanoseconds of a call after the first,
 * `<module> cold <callers>` has all of them ask at the same time.
 */
const [, , module = '', mode, times] = process.argv;
const count = Number(times);
const { createTokenClient } = await import(module);
/** @type {() => Promise<unknown>} */
const getToken = await createTokenClient();

const result = mode === 'cold' ? await askTogether() : await askInTurn();
process.send?.(result, () => process.exit());

async function askTogether() {
  await Promise.all(Array.from({ length: count }, getToken));
  return {};
}

async function askInTurn() {
  await repeat(Math.ceil(count / 10));
  const start = process.hrtime.bigint();
  await repeat(count);
  return { nanoseconds: Number(process.hrtime.bigint() - start) / count };
}

async function repeat(/** @type {number} */ calls) {
  for (let call = 0; call < calls; call += 1) await getToken();
}
