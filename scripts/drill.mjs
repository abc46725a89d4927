/**
 * `npm run drill`: plays two rotations of a certificate and the theft of it against real processes on this machine, and
 * prints what callers and the thief saw. Takes about two and a half minutes, most of it until the thief's token expires.
 *
 * Exit code 1: a rotation lost a request, or the thief got what is not his.
 */
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

/** @type {{ module: typeof import('../test/drill/drill.js') }} */
const { module } = await runnerImport(resolve('test/drill/drill.ts'), {
  configFile: false,
  logLevel: 'error',
  resolve: { tsconfigPaths: true },
});

const interrupted = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => interrupted.abort());
}

try {
  const { text, findings } = await module.playDrill({ tell: console.error, signal: interrupted.signal });
  console.log(`\n${text}`);
  for (const finding of findings) console.error(`FAILED: ${finding}`);
  process.exit(findings.length === 0 ? 0 : 1);
} catch (error) {
  console.error(interrupted.signal.aborted ? 'The drill was interrupted.' : error);
  process.exit(1);
}
