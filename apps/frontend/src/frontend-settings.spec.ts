import { ConfigurationError } from 'nest-ias';
import { describe, expect, it } from 'vitest';
import { readFrontendSettings } from './frontend-settings.js';

describe('readFrontendSettings', () => {
  it('has a default for every setting', () => {
    expect(readFrontendSettings({})).toMatchObject({
      backendUrl: 'http://localhost:3001/',
      port: 3000,
      maxConnections: 512,
      shutdownSeconds: 25,
      managementPort: undefined,
      accessLog: false,
      lab: undefined,
    });
  });

  it('has a lab if a landscape on this machine runs the app', () => {
    const environment = {
      LANDSCAPE_ADMIN_URL: 'http://127.0.0.1:4567/',
      LANDSCAPE_ADMIN_TOKEN_FILE: '/x/admin-token',
      VCAP_SERVICES_FILE_PATH: '/x/.landscape/bindings/frontend.json',
      IAS_CA_FILE: '/x/ca.pem',
    };
    expect(readFrontendSettings(environment).lab).toEqual({
      adminUrl: 'http://127.0.0.1:4567',
      adminTokenFile: '/x/admin-token',
      binding: 'frontend',
      caFile: '/x/ca.pem',
    });
    expect(readFrontendSettings({ LANDSCAPE_ADMIN_URL: '' }).lab).toBeUndefined();
  });

  it.each([{ VCAP_APPLICATION: '{}' }, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, { NODE_ENV: 'production' }])(
    'rejects a lab in a deployed app: %j',
    (deployed) => {
      const read = () => readFrontendSettings({ ...deployed, LANDSCAPE_ADMIN_URL: 'http://localhost:4567' });
      expect(read).toThrow(ConfigurationError);
      expect(read).toThrow('LANDSCAPE_ADMIN_URL is set, but this app is deployed');
    },
  );

  it('knows every URL that the app calls, and every variable that sets a proxy', () => {
    const environment = {
      BACKEND_URL: 'https://backend.cert.example.com',
      IAS_TRUSTED_ISSUERS: 'https://a.example.com, https://b.example.com',
      https_proxy: 'http://proxy.example.com',
      ALL_PROXY: '',
      NO_PROXY: 'localhost',
    };
    expect(readFrontendSettings(environment)).toMatchObject({
      calledUrls: ['https://a.example.com', 'https://b.example.com', 'https://backend.cert.example.com/'],
      proxyVariables: ['https_proxy'],
    });
  });

  it.each([
    ['BACKEND_URL', 'http://backend.example.com', 'starts with http://'],
    ['LANDSCAPE_ADMIN_URL', 'http://192.168.0.1:4567', 'is not the URL of a landscape on this machine'],
    ['LANDSCAPE_ADMIN_URL', 'http://localhost.example.com', 'is not the URL of a landscape on this machine'],
    ['LANDSCAPE_ADMIN_URL', 'http://a:b@localhost:1', 'is not the URL of a landscape on this machine'],
    ['LANDSCAPE_ADMIN_URL', 'file:///localhost', 'is not the URL of a landscape on this machine'],
    ['LANDSCAPE_ADMIN_URL', 'localhost', 'is not the URL of a landscape on this machine'],
    ['PORT', '65536', 'is not a port number from 0 to 65535: correct it'],
    ['MAX_CONNECTIONS', '0', 'is not a number of connections from 1 to 999999: correct it'],
    ['SHUTDOWN_SECONDS', '1', 'is not a number of seconds from 2 to 600: correct it'],
    ['LOG_LEVEL', 'info', 'is not one of fatal, error, warn, log, debug, verbose: correct it'],
    ['LOG_FORMAT', 'xml', 'is not one of json, text: correct it'],
    ['ACCESS_LOG', '', 'is not one of on, off: correct it'],
    ['MANAGEMENT_PORT', '3000', 'is the port of the app itself, 3000: choose another'],
  ])('rejects %s=%s', (name, value, reason) => {
    const read = () => readFrontendSettings({ [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(name);
    expect(read).toThrow(reason);
  });
});
