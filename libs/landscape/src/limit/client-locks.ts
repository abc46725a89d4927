import type { TenantLimits } from './tenant-limits.js';

interface Attempts {
  failed: number;
  lockedUntil: number;
}

/** IAS unlocks a client by itself after 60 minutes (facts.md §4). */
const LOCK_MILLISECONDS = 60 * 60_000;

/** Locks clients that failed to authenticate too often, one time after the other. */
export class ClientLocks {
  readonly #clients = new Map<string, Attempts>();

  constructor(private readonly limits: () => TenantLimits) {}

  /** Whether a client is refused whatever it brings, at a time in milliseconds. */
  isLocked(clientId: string, moment: number): boolean {
    return (this.#clients.get(clientId)?.lockedUntil ?? 0) > moment;
  }

  /** Client ids that are locked at a time in milliseconds. */
  lockedAt(moment: number): readonly string[] {
    return [...this.#clients.keys()].filter((clientId) => this.isLocked(clientId, moment));
  }

  /** Counts a failed attempt; the last one that is allowed locks the client. */
  countFailure(clientId: string, moment: number): void {
    const { failedAttempts } = this.limits();
    if (failedAttempts === undefined) return;
    const attempts = this.#clients.get(clientId) ?? { failed: 0, lockedUntil: 0 };
    attempts.failed += 1;
    if (attempts.failed >= failedAttempts) {
      attempts.failed = 0;
      attempts.lockedUntil = moment + LOCK_MILLISECONDS;
    }
    this.#clients.set(clientId, attempts);
  }

  /** Forgets the failed attempts of a client, and its lock; of all clients without an id. */
  clear(clientId?: string): void {
    if (clientId === undefined) this.#clients.clear();
    else this.#clients.delete(clientId);
  }
}
