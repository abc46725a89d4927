import type { TenantLimits } from './tenant-limits.js';

interface Attempts {
  failed: number;
  lockedUntil: number;
}

/** IAS unlocks a client after 60 minutes (`docs/reference/ias-facts.md#client-lock`). */
const LOCK_MILLISECONDS = 60 * 60_000;

/** Locks clients after too many consecutive authentication failures. */
export class ClientLocks {
  readonly #clients = new Map<string, Attempts>();
  readonly #limits: () => TenantLimits;

  constructor(limits: () => TenantLimits) {
    this.#limits = limits;
  }

  /** Whether a client is locked at a time in milliseconds: even its valid credentials are rejected. */
  isLocked(clientId: string, now: number): boolean {
    return (this.#clients.get(clientId)?.lockedUntil ?? 0) > now;
  }

  /** The client IDs that are locked at a time in milliseconds. */
  lockedAt(now: number): readonly string[] {
    return [...this.#clients.keys()].filter((clientId) => this.isLocked(clientId, now));
  }

  /** Counts a failed attempt; the last allowed one locks the client. */
  countFailure(clientId: string, now: number): void {
    const { failedAttempts } = this.#limits();
    if (failedAttempts === undefined) return;
    const attempts = this.#clients.get(clientId) ?? { failed: 0, lockedUntil: 0 };
    attempts.failed += 1;
    if (attempts.failed >= failedAttempts) {
      attempts.failed = 0;
      attempts.lockedUntil = now + LOCK_MILLISECONDS;
    }
    this.#clients.set(clientId, attempts);
  }

  /** Clears the failed attempts and the lock of a client, or of all clients without `clientId`. */
  clear(clientId?: string): void {
    if (clientId === undefined) this.#clients.clear();
    else this.#clients.delete(clientId);
  }
}
