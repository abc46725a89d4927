import { describe, expect, it } from 'vitest';
import { IasEvents } from '../core/events.js';
import { NO_TELEMETRY } from '../core/telemetry.js';
import { TokenTelemetry } from './token-telemetry.js';

const request = {
  tenant: 'https://tenant.example',
  grantType: 'client_credentials',
  trigger: 'caller',
} as const;

describe('TokenTelemetry', () => {
  it.each([
    ['token-request.succeeded', () => Promise.resolve({ expiresAt: 1 })],
    ['token-request.failed', () => Promise.reject(new Error('no answer'))],
  ] as const)('measures the duration in %s with the monotonic clock', async (name, send) => {
    const events = new IasEvents();
    const durations: number[] = [];
    events.on(name, ({ durationMs }) => void durations.push(durationMs));
    let now = 5_000;
    const telemetry = new TokenTelemetry(NO_TELEMETRY, events, () => now);

    await Promise.allSettled([
      telemetry.observe(request, () => {
        now += 1_234;
        return send();
      }),
    ]);

    expect(durations).toEqual([1_234]);
  });
});
