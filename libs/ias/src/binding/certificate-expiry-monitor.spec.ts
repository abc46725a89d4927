import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, expect, describe, it, vi } from 'vitest';
import { IasEvents } from '../core/events.js';
import { resolveSettings } from '../core/settings.js';
import { CertificateExpiryMonitor } from './certificate-expiry-monitor.js';
import { IdentityBindings } from './identity-bindings.js';

const HOUR = 3_600_000;

let landscape: Landscape;
let bindings: IdentityBindings;
let expiry: number;
const warnings: string[] = [];

beforeAll(async () => {
  landscape = await startLandscape();
  const credentials = await landscape.issueBinding({ type: 'X509_GENERATED', validityDays: 30 });
  bindings = IdentityBindings.load(resolveSettings({ credentials }, {}), Date.now());
  expiry = bindings.outbound.certificate?.notAfter.getTime() ?? 0;
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
    warnings.push(String(message));
  });
});
afterEach(() => warnings.splice(0));
afterAll(async () => {
  vi.restoreAllMocks();
  await landscape.stop();
});

describe('CertificateExpiryMonitor', () => {
  it('warns once at 30 %, at 10 %, a day before the expiry, and after it', () => {
    let now = 0;
    const monitor = new CertificateExpiryMonitor(bindings, () => now, new IasEvents());
    const counts = [30 * 24 - 1, 217, 215, 200, 71, 70, 23, 22, -1, -2].map((hoursLeft) => {
      now = expiry - hoursLeft * HOUR;
      const before = warnings.length;
      monitor.check();
      return warnings.length - before;
    });
    expect(counts).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
    expect(warnings[0]).toContain('expires in 8 days');
    expect(warnings[2]).toContain('expires in 23 hours');
    expect(warnings[3]).toContain('has expired');
  });

  it('warns once about a certificate that is overdue at the start', () => {
    new CertificateExpiryMonitor(bindings, () => expiry - HOUR, new IasEvents()).check();
    expect(warnings).toHaveLength(1);
  });
});
