import { describe, expect } from 'vitest';
import { iasTest as it } from '../vitest/index.js';

const REJECTION = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer error="invalid_token", error_description="It has expired."' },
  body: { code: 'token_expired' },
};

describe('toBeRejectedWith', () => {
  it('accepts answers of supertest and of inject', () => {
    expect(REJECTION).toBeRejectedWith('token_expired');
    const { headers, status: statusCode, body } = REJECTION;
    expect({ headers, statusCode, body: JSON.stringify(body) }).toBeRejectedWith('token_expired');
  });

  it('reports the actual answer', () => {
    expect(() => expect(REJECTION).toBeRejectedWith('token_malformed')).toThrow(
      'expected a rejection with code token_malformed, status 401, the challenge invalid_token, got code token_expired, status 401, the challenge invalid_token',
    );
    expect(() => expect({ status: 200, headers: {}, body: 'ok' }).toBeRejectedWith('token_expired')).toThrow(
      'got code none, status 200, no error code in the challenge',
    );
  });

  it('detects another status and another challenge', () => {
    expect({ ...REJECTION, status: 403 }).not.toBeRejectedWith('token_expired');
    expect({ ...REJECTION, headers: {} }).not.toBeRejectedWith('token_expired');
    expect({ ...REJECTION, headers: { 'www-authenticate': 'Bearer' } }).not.toBeRejectedWith('token_expired');
  });

  it('fails with .not if the rejection has the code', () => {
    expect(() => expect(REJECTION).not.toBeRejectedWith('token_expired')).toThrow(
      'expected an answer other than code token_expired',
    );
  });

  it('checks the codes at compile time', () => {
    // @ts-expect-error: no such code
    expect(() => expect(REJECTION).toBeRejectedWith('token_wrong')).toThrow(TypeError);
  });
});

describe('toBeBoundTo', () => {
  it('accepts a token or its claims, and a certificate as PEM, DER or parsed', async ({ identity }) => {
    const token = await identity.token();
    expect(token).toBeBoundTo(identity.certificate);
    expect(token).toBeBoundTo(identity.tls.cert);
    expect(token).toBeBoundTo(identity.certificate.raw);
    const thumbprint = Buffer.from(identity.certificate.fingerprint256.replaceAll(':', ''), 'hex');
    expect({ cnf: { 'x5t#S256': thumbprint.toString('base64url') } }).toBeBoundTo(identity.certificate);
  });

  it('reports what the token is bound to', async ({ identity }) => {
    const unbound = await identity.token({ bound: false });
    expect(() => expect(unbound).toBeBoundTo(identity.certificate)).toThrow('got an unbound token');
    expect(() => expect({ cnf: { 'x5t#S256': 'abc' } }).toBeBoundTo(identity.certificate)).toThrow(
      'got a token bound to abc',
    );
    const bound = await identity.token();
    expect(() => expect(bound).not.toBeBoundTo(identity.certificate)).toThrow('is not bound');
  });
});
