import type { LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';

/** Keeps what is logged, as it would be read. */
export class CollectingLogger implements LoggerService {
  readonly events: Record<string, unknown>[] = [];
  readonly lines: string[] = [];

  log = (...entry: unknown[]) => this.#keep(entry);
  fatal = (...entry: unknown[]) => this.#keep(entry);
  error = (...entry: unknown[]) => this.#keep(entry);
  warn = (...entry: unknown[]) => this.#keep(entry);
  debug = (...entry: unknown[]) => this.#keep(entry);
  verbose = (...entry: unknown[]) => this.#keep(entry);

  #keep(entry: unknown[]): void {
    const [message] = entry;
    if (typeof message === 'object' && message !== null) this.events.push(message as Record<string, unknown>);
    this.lines.push(inspect(entry, { depth: 9, showHidden: true }));
  }
}
