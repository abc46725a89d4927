import { ConfigurationError } from 'nest-ias';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assertDirectConnections } from './direct-connections.js';

const TENANT = 'https://tenant.accounts.example.com';

beforeEach(() => {
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toLowerCase(), '');
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe('assertDirectConnections', () => {
  it('accepts an environment without a proxy', () => {
    expect(() => assertDirectConnections([TENANT], [])).not.toThrow();
  });

  it.each(['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])(
    'rejects %s, and says what to do',
    (name) => {
      vi.stubEnv(name, 'http://user:password@proxy.example.com:8080');
      const check = () => assertDirectConnections([TENANT], ['HTTP_PROXY', name]);
      expect(check).toThrow(ConfigurationError);
      expect(check).toThrow(`The environment variable ${name} sets a proxy`);
      expect(check).toThrow(/add tenant\.accounts\.example\.com to NO_PROXY/);
      expect(check).not.toThrow(/password/);
    },
  );

  it.each(['tenant.accounts.example.com', '.example.com', '*'])(
    'accepts a proxy with NO_PROXY=%s',
    (value) => {
      vi.stubEnv('HTTPS_PROXY', 'http://proxy.example.com:8080');
      vi.stubEnv('NO_PROXY', `localhost,${value}`.replace('localhost,*', '*'));
      expect(() => assertDirectConnections([TENANT], ['HTTPS_PROXY'])).not.toThrow();
    },
  );

  it('accepts a proxy if all URLs are on this machine', () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example.com:8080');
    const urls = ['https://localhost:8443', 'https://backend.cert.localhost:4430', 'http://127.0.0.1:3001'];
    expect(() => assertDirectConnections(urls, ['HTTPS_PROXY'])).not.toThrow();
  });
});
