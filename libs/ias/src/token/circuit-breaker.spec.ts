import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

const outage = new Error('outage');

describe('CircuitBreaker', () => {
  let now: number;
  let circuit: CircuitBreaker;
  const onOpen = vi.fn<() => void>();
  const onClose = vi.fn<() => void>();

  beforeEach(() => {
    now = 0;
    vi.resetAllMocks();
    const isFailure = (error: unknown) => error === outage;
    circuit = new CircuitBreaker({ threshold: 3, pause: 1_000, now: () => now, isFailure, onOpen, onClose });
  });

  const outcomeOf = (attempt: () => Promise<string>) =>
    circuit.execute(attempt).catch((error: Error) => (error === outage ? 'outage' : error.name));
  const fail = () => outcomeOf(() => Promise.reject(outage));
  const succeed = () => outcomeOf(async () => 'done');

  it('rejects all attempts for a while after consecutive failures', async () => {
    expect([await fail(), await fail(), await fail()]).toEqual(['outage', 'outage', 'outage']);
    expect(await succeed()).toBe('CircuitOpenError');
    now = 999;
    expect(await succeed()).toBe('CircuitOpenError');
    now = 1_000;
    expect(await succeed()).toBe('done');
    expect(onOpen).toHaveBeenCalledTimes(1);
    expect(onClose).toHaveBeenCalledTimes(1);
    expect([await fail(), await fail(), await succeed()]).toEqual(['outage', 'outage', 'done']);
  });

  it('pauses again after the first failure that follows a pause', async () => {
    for (const _ of [1, 2, 3]) await fail();
    now = 1_000;
    expect([await fail(), await succeed()]).toEqual(['outage', 'CircuitOpenError']);
    expect(onOpen).toHaveBeenCalledTimes(2);
    expect(onClose).not.toHaveBeenCalled();
  });

  it('opens once for simultaneous failures', async () => {
    await Promise.all([fail(), fail(), fail(), fail(), fail()]);
    expect(onOpen).toHaveBeenCalledTimes(1);
  });

  it('ignores other errors, and failures before a success', async () => {
    for (const _ of [1, 2, 3, 4]) await outcomeOf(() => Promise.reject(new TypeError()));
    for (const _ of [1, 2, 3, 4]) expect([await fail(), await succeed()]).toEqual(['outage', 'done']);
    expect(onOpen).not.toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
  });
});
