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
    });
  });

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
