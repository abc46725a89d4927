import { runLandscape } from './landscape-command.js';
import { onNpmExit } from './npm-parent.js';

const ended = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve());
  process.once('SIGINT', () => resolve());
  onNpmExit('landscape', resolve);
});

try {
  await runLandscape({
    environment: process.env,
    root: process.cwd(),
    print: (line) => process.stdout.write(`${line}\n`),
    // Notifies a parent process with an IPC channel, such as `npm start`.
    ready: () => process.send?.('ready'),
    ended,
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
