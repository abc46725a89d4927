import type { Landscape } from '@nest-ias/landscape';
import { describe, expect } from 'vitest';
import { iasTest as it } from './ias-test-fixture.js';

describe('iasTest', () => {
  const seen: Landscape[] = [];

  it('provides a running landscape', async ({ landscape }) => {
    seen.push(landscape);
    landscape.trust();
    expect((await fetch(`${landscape.tenant.url}/oauth2/certs`)).status).toBe(200);
    landscape.tenant.faults.add({ endpoint: 'jwks', kind: 'reset' });
    expect(landscape.tenant.counters.jwks).toBe(1);
  });

  it('provides the same landscape to the next test, without the faults and counters of the previous one', ({
    landscape,
  }) => {
    expect(seen).toEqual([landscape]);
    expect(landscape.tenant.faults.list()).toEqual([]);
    expect(landscape.tenant.counters.jwks).toBe(0);
  });
});
