/**
 * `npm run drill`: simulates two certificate rotations and a certificate theft with real processes on this machine, and
 * prints, draws and documents what callers and the thief got. It takes about two and a half minutes, mostly waiting for the thief's token to
 * expire.
 *
 * It exits with code 1 if a rotation lost a request or an attempt of the thief succeeded that must fail, and with code 2
 * on Windows.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runnerImport } from 'vite';
import { fail } from './lib/failure.mjs';
import { withSections } from './lib/generated-sections.mjs';
import { drawBars } from './lib/pictures.mjs';

if (process.platform === 'win32')
  fail('The drill needs Linux or macOS, because it signals process groups.', 2);

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
  const { text, findings, pictures, sections } = await module.runDrill({
    report: console.error,
    signal: interrupted.signal,
  });
  console.log(`\n${text}`);
  for (const { name, title, axis, bars } of pictures)
    writeFileSync(
      new URL(`../docs/images/drill-${name}.svg`, import.meta.url),
      await drawBars(title, axis, bars),
    );
  for (const [page, content] of Object.entries(sections))
    writeFileSync(page, await withSections(page, readFileSync(page, 'utf8'), content));
  for (const finding of findings) console.error(`FAILED: ${finding}`);
  process.exit(findings.length === 0 ? 0 : 1);
} catch (error) {
  console.error(interrupted.signal.aborted ? 'The drill was interrupted.' : error);
  process.exit(1);
}
