import { runLandscape } from './run-landscape.js';
import { readLandscapeSettings } from './landscape-settings.js';
import { EXIT_CODES } from './exit-codes.js';
import { onParentExit } from '../../../scripts/lib/parent-exit.mjs';

try {
  const settings = readLandscapeSettings();
  const ended = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    if (settings.startedByNpm) onParentExit(resolve);
  });
  await runLandscape({
    settings,
    root: process.cwd(),
    print: (line) => process.stdout.write(`${line}\n`),
    // Notifies a parent process with an IPC channel, such as `npm start`.
    ready: () => process.send?.('ready'),
    ended,
  });
  process.exitCode = EXIT_CODES.stopped;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = EXIT_CODES.failed;
}
