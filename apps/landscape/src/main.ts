import { runLandscape } from './landscape-command.js';
import { whenAbandonedByNpm } from './npm-parent.js';

const ended = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve());
  process.once('SIGINT', () => resolve());
  whenAbandonedByNpm('landscape', resolve);
});

try {
  await runLandscape({
    environment: process.env,
    root: process.cwd(),
    print: (line) => process.stdout.write(`${line}\n`),
    // For a program that started it and opened a channel, as `npm start` does.
    ready: () => process.send?.('ready'),
    ended,
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
