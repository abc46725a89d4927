#!/usr/bin/env node
import { onParentExit } from './parent-exit.mjs';
import { landscapeProgram } from './program.js';

const ended = new Promise<void>((resolve) => {
  // Not `once`: a second signal must not end the process before the secrets are removed.
  process.on('SIGTERM', () => resolve());
  process.on('SIGINT', () => resolve());
  // Closing the terminal.
  process.on('SIGHUP', () => resolve());
  if (process.env['npm_lifecycle_event'] !== undefined) onParentExit(resolve);
});

// A reader that exits early, as in `ias-landscape | head -1`, must not end the process before the secrets are removed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

landscapeProgram({
  cwd: process.cwd(),
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  // Notifies a parent process with an IPC channel.
  ready: () => process.send?.('ready'),
  ended,
})
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
