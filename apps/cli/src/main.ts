#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };

/** Exit code of an unknown command or option. */
const USAGE = 3;

const program = new Command('ias')
  .description(manifest.description)
  .version(manifest.version)
  .allowExcessArguments(false)
  .exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : USAGE;
}
