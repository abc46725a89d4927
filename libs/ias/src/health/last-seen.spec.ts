import { beforeEach, describe, expect, it } from 'vitest';
import { IasEvents } from '../core/events.js';
import { LastSeen } from './last-seen.js';

const TENANT = 'https://tenant.example';
const request = {
  tenant: TENANT,
  grantType: 'client_credentials',
  trigger: 'caller',
  durationMs: 5,
} as const;

let events: IasEvents;
let now: number;
let lastSeen: LastSeen;

beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z');
  events = new IasEvents();
  lastSeen = new LastSeen(events, () => now);
});

const endpoint = () => lastSeen.tenants.tokenEndpoints[TENANT];

describe('LastSeen', () => {
  it('is empty before the first request', () => {
    expect(lastSeen.tenants).toEqual({ tokenEndpoints: {}, keySets: {} });
  });

  it('remembers the last success and the last failure of a token endpoint', () => {
    events.emit('token-request.succeeded', { ...request, expiresAt: now });
    now += 1_000;
    events.emit('token-request.failed', { ...request, code: 'client_rejected' });
    expect(endpoint()).toEqual({
      lastSuccess: '2026-01-01T00:00:00.000Z',
      lastFailure: { at: '2026-01-01T00:00:01.000Z', code: 'client_rejected' },
    });
  });

  it('shows an open circuit and a cool-down while they last', () => {
    events.emit('circuit.opened', { tenant: TENANT });
    events.emit('cooldown.started', { tenant: TENANT, binding: 'clicreIas', until: now + 60_000 });
    expect(endpoint()).toEqual({ circuit: 'open', coolingDownUntil: '2026-01-01T00:01:00.000Z' });
    events.emit('circuit.closed', { tenant: TENANT });
    expect(endpoint()).toEqual({ coolingDownUntil: '2026-01-01T00:01:00.000Z' });
    events.emit('cooldown.ended', { tenant: TENANT, binding: 'clicreIas' });
    expect(endpoint()).toEqual({});
  });

  it('remembers the last success and the last failure of a key set', () => {
    events.emit('keys.fetched', { issuer: TENANT, keys: 2 });
    now += 1_000;
    events.emit('keys.failed', { issuer: TENANT, code: 'keys_unavailable' });
    expect(lastSeen.tenants.keySets[TENANT]).toEqual({
      keys: 2,
      lastSuccess: '2026-01-01T00:00:00.000Z',
      lastFailure: { at: '2026-01-01T00:00:01.000Z', code: 'keys_unavailable' },
    });
  });
});
