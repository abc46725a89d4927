import { describe, expect, it } from 'vitest';
import { readLandscapeSettings } from './landscape-settings.js';
import { StartError } from '@nest-ias/landscape';

describe('readLandscapeSettings', () => {
  it('has a default for every setting', () => {
    expect(readLandscapeSettings({ UNRELATED: 'x' })).toEqual({
      iasPort: 0,
      routerPort: 0,
      adminPort: 0,
      backendPort: 3001,
      frontendPort: 3000,
      startedByNpm: false,
    });
  });

  it('reads ports', () => {
    const settings = readLandscapeSettings({ LANDSCAPE_ROUTER_PORT: '8443', BACKEND_PORT: '4001' });
    expect(settings).toMatchObject({ routerPort: 8443, backendPort: 4001 });
  });

  it('reads the host name of the tenant', () => {
    const settings = readLandscapeSettings({ LANDSCAPE_TENANT_HOST: 'my.accounts.localhost' });
    expect(settings.tenantHost).toBe('my.accounts.localhost');
  });

  it.each(['my.accounts.example', '.localhost', 'my host.localhost', 'MY.localhost', 'not-localhost', ''])(
    'rejects %j as the host name of the tenant',
    (name) => {
      const read = () => readLandscapeSettings({ LANDSCAPE_TENANT_HOST: name });
      expect(read).toThrow('LANDSCAPE_TENANT_HOST must be localhost or a host name below it.');
    },
  );

  it.each([
    ['LANDSCAPE_IAS_PORT', '-1'],
    ['LANDSCAPE_ROUTER_PORT', '65536'],
    ['LANDSCAPE_ADMIN_PORT', 'eight'],
    ['BACKEND_PORT', '0'],
    ['FRONTEND_PORT', ''],
  ])('names %s when it is %j', (name, value) => {
    const read = () => readLandscapeSettings({ [name]: value });
    expect(read).toThrow(StartError);
    expect(read).toThrow(new RegExp(`^${name} must be a port between [01] and 65535\\.$`));
  });
});
