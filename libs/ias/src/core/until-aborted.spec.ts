import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilAborted } from './until-aborted.js';

const never = new Promise<string>(() => undefined);

describe('untilAborted', () => {
  it('settles as the promise does and leaves nothing on the signal', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve('a'), signal)).toBe('a');
    await expect(untilAborted(Promise.reject(new Error('b')), signal)).rejects.toThrow('b');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends when the signal aborts, also one that has aborted before', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    controller.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    await expect(untilAborted(never, controller.signal)).rejects.toThrow('given up');
  });
});
