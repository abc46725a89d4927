import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { headerValues, messageOf } from './raw-headers.js';

describe('headerValues', () => {
  const message = { rawHeaders: ['Host', 'a', 'HOST', 'b', 'hose', 'c'] } as unknown as IncomingMessage;

  it('finds every value in the order of arrival, whatever the case of the name', () => {
    expect(headerValues(message, 'host')).toEqual(['a', 'b']);
  });

  it('finds nothing under a name that was not sent', () => {
    expect(headerValues(message, 'authorization')).toEqual([]);
  });

  it('looks under the wrapper of Fastify', () => {
    expect(messageOf({ raw: message })).toBe(message);
    expect(messageOf(message)).toBe(message);
  });
});
