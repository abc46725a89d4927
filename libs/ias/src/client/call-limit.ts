import type { GenericAbortSignal } from 'axios';

/** Ends a call that axios' own adapter makes: at its deadline, or when its caller gives up. */
export interface CallLimit {
  readonly signal: AbortSignal;
  /** The call is over; the caller's signal may live on. */
  release(): void;
}

/** @param deadline milliseconds */
export function limitCall(caller: GenericAbortSignal | undefined, deadline: number): CallLimit {
  // AbortSignal.any() would do, but a caller's signal that lives long would keep something of every call (Node.js 20)
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, deadline);
  caller?.addEventListener?.('abort', abort);
  const release = () => {
    clearTimeout(timer);
    caller?.removeEventListener?.('abort', abort);
  };
  return { signal: controller.signal, release };
}
