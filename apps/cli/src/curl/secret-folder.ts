import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
/** A shell reports 128 plus the number of the signal. */
const SIGNAL_EXIT = 128;

/** A folder that only its owner can read, for files with secrets. It is removed on every exit and signal. */
export class SecretFolder {
  readonly path: string;
  readonly #listeners: readonly (readonly [NodeJS.Signals | 'exit', () => void])[];

  /** @param onSignal runs before the process ends because of a signal */
  constructor(onSignal: (signal: NodeJS.Signals) => void) {
    const end = (signal: NodeJS.Signals) => () => {
      onSignal(signal);
      // The listener of 'exit' removes the files.
      process.exit(SIGNAL_EXIT + constants.signals[signal]);
    };
    this.#listeners = [
      ['exit', () => this.#removeFiles()],
      ...SIGNALS.map((signal) => [signal, end(signal)] as const),
    ];
    this.path = mkdtempSync(join(tmpdir(), 'ias-'));
    for (const [event, listener] of this.#listeners) process.on(event, listener);
  }

  /** @returns the path of the new file, which only its owner can read */
  write(name: string, content: string): string {
    const path = join(this.path, name);
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' });
    return path;
  }

  remove(): void {
    this.#removeFiles();
    this.keep();
  }

  /** Leaves the files to the user. */
  keep(): void {
    for (const [event, listener] of this.#listeners) process.off(event, listener);
  }

  #removeFiles(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
