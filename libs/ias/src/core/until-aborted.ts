/** Settles as the promise does, or rejects with the reason of the signal once that aborts, whatever becomes of the promise. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    // A signal may outlive many promises, so nothing of this one stays on it.
    const release = () => signal.removeEventListener('abort', abort);
    promise.then(resolve, reject).finally(release);
  });
}
