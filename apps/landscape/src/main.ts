import { runLandscape } from '@nest-ias/landscape';
import { onParentExit } from '@nest-ias/landscape/internal';
import { landscapeConfig } from './landscape-config.js';
import { readLandscapeSettings } from './landscape-settings.js';
import { EXIT_CODES } from './exit-codes.js';

const print = (line: string) => process.stdout.write(`${line}\n`);
const printError = (line: string) => process.stderr.write(`${line}\n`);

// A reader that exits early must not end the process before the secrets are removed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const settings = readLandscapeSettings();
  const ended = new Promise<void>((resolve) => {
    // Not `once`: a second signal must not end the process before the secrets are removed.
    process.on('SIGTERM', () => resolve());
    process.on('SIGINT', () => resolve());
    // Closing the terminal.
    process.on('SIGHUP', () => resolve());
    if (settings.startedByNpm) onParentExit(resolve);
  });
  await runLandscape({
    config: landscapeConfig(settings),
    root: process.cwd(),
    adminToken: settings.adminToken,
    settingOf: (port) => `LANDSCAPE_${port.toUpperCase()}_PORT`,
    print,
    printError,
    ready: ({ ias, router, admin, routes }) => {
      const backend = routes['backend.cert.localhost'];
      print(`Landscape ready: IAS ${ias}, router ${router}, admin ${admin}; the backend is ${backend}`);
      // Notifies a parent process with an IPC channel, such as `npm start`.
      process.send?.('ready');
    },
    ended,
  });
  process.exitCode = EXIT_CODES.stopped;
} catch (error) {
  printError(error instanceof Error ? error.message : String(error));
  process.exitCode = EXIT_CODES.failed;
}
