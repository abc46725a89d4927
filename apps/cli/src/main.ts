#!/usr/bin/env node
import { EXIT_CODES } from './exit-codes.js';
import { run } from './program.js';

// The reader of a pipe, such as head, may end before the command. The command continues, because its exit code matters.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') return;
  process.stderr.write(`error: Standard output cannot be written (${code ?? 'unknown reason'}).\n`);
  process.exit(EXIT_CODES.broken);
});
process.stderr.on('error', () => {});

// There is no top-level await, because the single file consists of CommonJS chunks.
async function main(): Promise<void> {
  // Until the command has ended.
  process.exitCode = EXIT_CODES.broken;
  process.exitCode = await run(process.argv.slice(2), {
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: () => Date.now(),
  });
}

void main();
