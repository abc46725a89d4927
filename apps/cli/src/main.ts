#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { EXIT_CODES } from './exit-codes.js';

const program = new Command('ias')
  .description(manifest.description)
  .version(manifest.version)
  .allowExcessArguments(false)
  .exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
}
