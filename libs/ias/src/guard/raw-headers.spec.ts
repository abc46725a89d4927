import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { headerValues, messageOf } from './raw-headers.js';

describe('headerValues', () => {
  const message = { rawHeaders: ['Host', 'a', 'HOST', 'b', 'hose', 'c'] } as unknown as IncomingMessage;

  it('returns every value in the order of arrival, for any case of the name', () => {
    expect(headerValues(message, 'host')).toEqual(['a', 'b']);
  });

  it('returns nothing for a name that was not sent', () => {
    expect(headerValues(message, 'authorization')).toEqual([]);
  });

  it('finds the message in a request of Fastify', () => {
    expect(messageOf({ raw: message })).toBe(message);
    expect(messageOf(message)).toBe(message);
  });
});
