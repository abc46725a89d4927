import { expect, it } from 'vitest';
import type { KeptLandscape } from '../keep/kept-landscape.js';
import { withKept } from './kept-config.js';

const KEPT = {
  ports: { ias: 1, router: 2, admin: 3 },
  appTid: 'tid',
  tenants: { subscriber: { appTid: 'subscriber-tid', port: 4 } },
  applications: { app: 'client' },
} as unknown as KeptLandscape;

it('takes ports, tenant IDs and client IDs of an earlier landscape where the configuration has none', () => {
  const config = { ports: { router: 8443 }, applications: { app: {} }, tenants: { subscriber: {} } };
  expect(withKept(config, KEPT, 'app')).toMatchObject({
    ports: { ias: 1, router: 8443, admin: 3 },
    appTid: 'tid',
    applications: { app: { clientId: 'client' } },
    tenants: { subscriber: { appTid: 'subscriber-tid', port: 4 } },
  });
});

it('takes no kept values for applications and tenants that are named like an inherited method', () => {
  const config = { applications: { constructor: {} }, tenants: { toString: {}, valueOf: {} } };
  const { applications, tenants } = withKept(config, KEPT, 'app');
  expect(Object.entries(applications ?? {})).toEqual([['constructor', {}]]);
  expect(tenants).toEqual({ toString: {}, valueOf: {} });
});
