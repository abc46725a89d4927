import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BindingError } from '../errors/ias-error.js';
import { parseIdentityBinding } from './identity-binding.js';

let landscape: Landscape;
let issued: Record<string, unknown>;

beforeAll(async () => {
  landscape = await startLandscape();
  issued = { ...(await landscape.issueBinding({ type: 'X509_GENERATED' })) };
});
afterAll(() => landscape.stop());

function errorOf(credentials: unknown): BindingError {
  try {
    parseIdentityBinding('clicreIas', credentials);
  } catch (error) {
    if (error instanceof BindingError) return error;
    throw error;
  }
  throw new Error('the credentials were accepted');
}

describe('parseIdentityBinding', () => {
  it('reads an X509_GENERATED binding', () => {
    const binding = parseIdentityBinding('clicreIas', issued);
    expect(binding).toMatchObject({
      name: 'clicreIas',
      credentialType: 'X509_GENERATED',
      clientId: landscape.application.clientId,
      appTid: landscape.application.appTid,
      url: landscape.tenant.url,
    });
    expect(binding.certificate?.thumbprint).toMatch(/^[\w-]{43}$/);
  });

  it('says that a whole service key is not the credentials', () => {
    expect(errorOf({ credentials: issued }).message).toBe(
      'The credentials of the identity binding "clicreIas" are a whole service key: use only the content of its member "credentials".',
    );
  });

  it('infers the type if the binding does not contain it', () => {
    const { 'credential-type': _, ...older } = issued;
    const { certificate, key, ...bare } = older;
    expect(parseIdentityBinding('b', older).credentialType).toBe('X509_GENERATED');
    expect(parseIdentityBinding('b', { ...bare, certificate }).credentialType).toBe('X509_PROVIDED');
    expect(parseIdentityBinding('b', { ...bare, clientsecret: 's' }).credentialType).toBe('SECRET');
    expect(parseIdentityBinding('b', bare).credentialType).toBe('NONE');
    expect(key).toBeDefined();
  });

  it('reads arrays as JSON text, as in mounted files', () => {
    const { domains } = parseIdentityBinding('b', { ...issued, domains: JSON.stringify(issued['domains']) });
    expect(domains).toEqual(issued['domains']);
  });

  it('uses zone_uuid of old bindings as app_tid', () => {
    const { app_tid: _, ...older } = issued;
    expect(parseIdentityBinding('b', { ...older, zone_uuid: 'z' }).appTid).toBe('z');
  });

  it('uses the key of the app for an X509_PROVIDED binding', () => {
    const { key, ...provided } = { ...issued, 'credential-type': 'X509_PROVIDED' } as Record<string, unknown>;
    expect(parseIdentityBinding('b', provided).certificate).toBeUndefined();
    expect(parseIdentityBinding('b', provided, { key: String(key) }).certificate).toBeDefined();
  });

  it('reads domains in lower case', () => {
    const domains = (issued['domains'] as string[]).map((domain) => domain.toUpperCase());
    expect(parseIdentityBinding('b', { ...issued, domains }).domains).toEqual(issued['domains']);
  });

  it.each(['X509_PROVIDED', 'X509_ATTESTED'])('says how to correct and renew the key of %s', async (type) => {
    const { key, certificate, ...rest } = { ...issued, 'credential-type': type } as Record<string, unknown>;
    const own = { key: String(key), certificate: String(certificate) };
    const other = { ...(await landscape.issueBinding({ type: 'X509_GENERATED' })) } as { key?: string };
    expect(() => parseIdentityBinding('b', rest, { ...own, key: String(other.key) })).toThrow(
      /: set IAS_PRIVATE_KEY_FILE \(or IAS_PRIVATE_KEY\), and IAS_CERTIFICATE_FILE .+ that match\.$/,
    );
    const binding = parseIdentityBinding('b', rest, own);
    expect(() => binding.certificate?.assertValidAt(0, 'b')).toThrow(/: write .+ IAS_PRIVATE_KEY_FILE\.$/);
  });

  it('hides key and secret when inspected or serialized', async () => {
    const secret = await landscape.issueBinding({ type: 'SECRET' });
    const bindings = [parseIdentityBinding('x', issued), parseIdentityBinding('s', secret)];
    const shown = inspect(bindings, { depth: 10, showHidden: true }) + JSON.stringify(bindings);
    expect(shown).not.toContain('PRIVATE KEY');
    expect(shown).not.toContain(String((secret as { clientsecret?: string }).clientsecret));
  });

  it.each(['clientid', 'url', 'domains'])(
    'names the missing property "%s", the binding and the remedy',
    (property) => {
      const { [property]: _, ...rest } = issued;
      const { code, message } = errorOf(rest);
      expect(code).toBe('binding_invalid');
      expect(message).toBe(
        `The identity binding "clicreIas" has no property "${property}": create the binding again (cf unbind-service, cf bind-service) and restage the app.`,
      );
    },
  );

  it.each(['certificate', 'key'])('names "%s" if the type requires it', (property) => {
    const { [property]: _, ...rest } = issued;
    expect(errorOf(rest).message).toContain(`credential-type X509_GENERATED but no property "${property}"`);
  });

  it.each<[object, string]>([
    [{ url: 'http://tenant.example.com' }, 'does not start with https://'],
    [{ url: 'tenant' }, 'is not a URL'],
    [{ url: 'https://tenant.example.com/path' }, 'must contain only scheme, host and port'],
    [{ url: 'https://user@tenant.example.com' }, 'must contain only scheme, host and port'],
    [{ url: 'https://evil.example.com' }, 'not under its "domains"'],
    [{ clientid: 5 }, '"clientid"'],
    [{ clientid: 'a\r\nb' }, '"clientid"'],
    [{ app_tid: '' }, '"app_tid"'],
    ...['', ' ', null, 5, {}, `https://${'a'.repeat(3_000)}.example.com`].map(
      (url) => [{ url }, 'url'] satisfies [object, string],
    ),
    ...['', null, {}, 'x', [5], Array(200).fill('a')].map(
      (domains) => [{ domains }, 'domains'] satisfies [object, string],
    ),
    [{ certificate: undefined, 'credential-type': undefined }, 'no property "certificate"'],
    [{ domains: [] }, '"domains"'],
    [{ domains: '[broken' }, '"domains"'],
    [{ 'credential-type': 'MAGIC' }, '"credential-type"'],
    [{ certificate: 'no PEM' }, '"certificate" that is not PEM'],
    [{ key: 'no PEM' }, '"key" that is not a PEM private key'],
    [{ key: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' }, '"key" that cannot be read'],
    [
      { key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----' },
      'encrypted',
    ],
    [
      { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      '"certificate" that cannot be read',
    ],
  ])('rejects %j', (change, reason) => {
    expect(errorOf({ ...issued, ...change }).message).toContain(reason);
  });

  it.each([null, undefined, 5, 'text', []])('rejects credentials that are %j', (credentials) => {
    expect(errorOf(credentials).code).toBe('binding_invalid');
  });

  it('rejects a chain with an unreadable certificate', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    const { message } = errorOf({ ...issued, certificate: `${String(issued['certificate'])}${broken}` });
    expect(message).toContain('"certificate" that cannot be read');
  });

  it('repeats names in one line and shortened', () => {
    const name = `a\nb\u001b[31m${'x'.repeat(50_000)}`;
    expect(() => parseIdentityBinding(name, {})).toThrow(/^[\x20-\x7e…]{1,300}$/);
  });

  it.each(['pkcs8', 'sec1'] as const)('reads a key in %s format', (type) => {
    const key = createPrivateKey(String(issued['key'])).export({ type, format: 'pem' });
    expect(parseIdentityBinding('b', { ...issued, key }).certificate).toBeDefined();
  });

  it('reads an RSA key in pkcs1 format, as IAS issues it', async () => {
    const rsa = await startLandscape({ clientKey: 'RSA-2048' });
    const credentials = { ...(await rsa.issueBinding({ type: 'X509_GENERATED' })) } as Record<
      string,
      unknown
    >;
    expect(credentials['key']).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(parseIdentityBinding('b', credentials).certificate).toBeDefined();
    await rsa.stop();
  });

  it('rejects an encrypted key in the traditional format', () => {
    const key = createPrivateKey(String(issued['key'])).export({
      type: 'sec1',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'p',
    });
    expect(errorOf({ ...issued, key }).message).toContain('encrypted');
  });

  it('rejects a key that does not match the certificate', async () => {
    const other = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const { code, message } = errorOf({ ...issued, key: (other as { key?: string }).key });
    expect(code).toBe('binding_certificate_invalid');
    expect(message).toContain('does not match its "certificate"');
  });
});
