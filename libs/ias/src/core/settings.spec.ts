import { describe, expect, it } from 'vitest';
import { resolveSettings } from './settings.js';

describe('resolveSettings', () => {
  it('has the defaults of the reference', () => {
    expect(resolveSettings({}, {})).toMatchObject({
      outbound: false,
      proofOfPossession: 'if-bound',
      trustedCertHosts: ['*.cert.*'],
      trustedIssuers: [],
    });
  });

  it('reads the environment, and an option overrides it', () => {
    const environment = {
      IAS_PROOF_OF_POSSESSION: 'required',
      IAS_TRUSTED_ISSUERS: 'https://a.example, https://B.example/',
      IAS_CERTIFICATE_HOPS: '2',
    };
    expect(resolveSettings({}, environment)).toMatchObject({
      proofOfPossession: 'required',
      trustedIssuers: ['https://a.example', 'https://b.example'],
      certificateHops: 2,
    });
    expect(resolveSettings({ proofOfPossession: 'off' }, environment).proofOfPossession).toBe('off');
  });

  it('reads where the platform puts bindings and certificates', () => {
    expect(resolveSettings({}, {}).platform).toEqual({
      bindingsFile: undefined,
      hasBindingsVariable: false,
      bindingsFolder: '/etc/secrets/sapcp',
      extraCaFile: undefined,
    });
    const environment = {
      VCAP_SERVICES_FILE_PATH: '/etc/bindings.json',
      VCAP_SERVICES: '{"identity":[{"credentials":{"key":"secret"}}]}',
      SERVICE_BINDING_ROOT: '/bindings',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    };
    const settings = resolveSettings({}, environment);
    expect(settings.platform).toEqual({
      bindingsFile: '/etc/bindings.json',
      hasBindingsVariable: true,
      bindingsFolder: '/bindings',
      extraCaFile: '/etc/ca.pem',
    });
    expect(JSON.stringify(settings)).not.toContain('secret');
  });

  it('rejects an option that only the platform can set', () => {
    expect(() => resolveSettings({ platform: { extraCaFile: '/ca.pem' } } as object, {})).toThrow(/platform/);
  });

  it.each(['headers', '__proto__', 'body', 'a b', ''])(
    'rejects the property %j for the caller',
    (userProperty) => {
      expect(() => resolveSettings({ userProperty }, {})).toThrow(
        'The option "userProperty" of IasModule is invalid',
      );
    },
  );

  it('reads an empty list of trusted hosts as "none"', () => {
    expect(resolveSettings({}, { IAS_TRUSTED_CERT_HOSTS: '' }).trustedCertHosts).toEqual([]);
  });

  it.each([
    ['IAS_PROOF_OF_POSSESSION', 'maybe'],
    ['IAS_PROOF_OF_POSSESSION', ''],
    ['IAS_SERVICE_NAME', ' '],
    ['IAS_TRUSTED_CERT_HOSTS', 'a b'],
    ['IAS_TRUSTED_CERT_HOSTS', 'host:443'],
    ['IAS_TRUSTED_ISSUERS', 'http://tenant.example'],
    ['IAS_TRUSTED_ISSUERS', 'https://tenant.example/path'],
    ['IAS_CERTIFICATE_HOPS', 'two'],
    ['IAS_CERTIFICATE_HOPS', ''],
    ['IAS_CERTIFICATE_HOPS', '0'],
    ['IAS_CERTIFICATE_HOPS', '11'],
    ['IAS_CA_FILE', ''],
  ])('rejects %s=%j and names it', (variable, value) => {
    expect(() => resolveSettings({}, { [variable]: value })).toThrow(
      expect.objectContaining({ code: 'configuration_invalid', message: expect.stringContaining(variable) }),
    );
  });

  it('rejects NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
    expect(() => resolveSettings({}, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(/IAS_CA_FILE/);
  });

  it('names an option that does not exist', () => {
    const misspelt = { proofOfPosession: 'off' } as object;
    expect(() => resolveSettings(misspelt, {})).toThrow(/proofOfPosession/);
  });
});
