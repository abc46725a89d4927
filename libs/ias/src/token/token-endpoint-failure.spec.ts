import { describe, expect, it } from 'vitest';
import { parseRetryAfter, statusFailure, transportFailure } from './token-endpoint-failure.js';

const tenant = 'https://t.example';

const now = Date.parse('2026-11-22T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['30', 30_000],
    [' 5 ', 5_000],
    ['86400', 86_400_000],
    ['1234567890', undefined],
    ['x5', undefined],
    ['Sun, 22 Nov 2026 12:00:00 GMT', 0],
    ['Sun, 22 Nov 2099 12:00:00 GMT', 86_400_000],
    ['2026-11-22T12:00:20Z', undefined],
    ['2026 Sun, 22 Nov', undefined],
    ['SUN, 22 Nov 2026 12:00:20 GMT', undefined],
    ['Sun, never', undefined],
    ['xSun, 22 Nov 2026 12:00:20 GMT', undefined],
    ['999999999', 86_400_000],
    ['Sun, 22 Nov 2026 12:00:20 GMT', 20_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-1', undefined],
    ['1.5x', undefined],
    ['', undefined],
    [undefined, undefined],
    [['5'], undefined],
  ])('reads %j as %j ms', (value, milliseconds) => {
    expect(parseRetryAfter(value, now)).toBe(milliseconds);
  });
});

describe('transportFailure', () => {
  it.each([
    ['ETIMEDOUT', 'token_endpoint_timeout', 'no complete response in time; try again later.'],
    [
      'CERT_HAS_EXPIRED',
      'token_endpoint_untrusted',
      'its server certificate is not trusted (CERT_HAS_EXPIRED); check "url" in the binding, or add the authority to IAS_CA_FILE.',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'token_endpoint_untrusted',
      'the subjectAltName of its server certificate does not contain this host (ERR_TLS_CERT_ALTNAME_INVALID); check "url" in the binding.',
    ],
    [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      'client_rejected',
      'it rejected the client certificate (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA); bind the service again to get a new certificate.',
    ],
    [
      'HPE_INVALID_CONSTANT',
      'token_response_malformed',
      'the response is not valid HTTP (HPE_INVALID_CONSTANT); check "url" in the binding.',
    ],
    [
      'ECONNREFUSED',
      'token_endpoint_unreachable',
      'no connection (ECONNREFUSED); check the network of the app and the state of the tenant.',
    ],
  ])('%s is %s', (code, expected, text) => {
    expect(transportFailure(tenant, { code, message: 'secret' })).toMatchObject({
      code: expected,
      message: `No access token from ${tenant}: ${text}`,
    });
  });

  it('a response over the limit is token_response_too_large', () => {
    const error = { code: 'ERR_BAD_RESPONSE', message: 'maxContentLength size of 65536 exceeded' };
    expect(transportFailure(tenant, error)).toMatchObject({
      code: 'token_response_too_large',
      message: `No access token from ${tenant}: the response is larger than 64 KiB; check "url" in the binding.`,
    });
  });
});

describe('statusFailure', () => {
  it.each([
    [429, '', 'token_endpoint_overloaded', '429, too many requests; try again later.'],
    [408, '', 'token_endpoint_unavailable', '408; try again later.'],
    [500, '{"error":"invalid_client"}', 'token_endpoint_unavailable', '500; try again later.'],
    [503, '', 'token_endpoint_unavailable', '503; try again later.'],
    [
      300,
      '',
      'token_endpoint_redirected',
      '300, but a client certificate is never sent along a redirect; check "url" in the binding.',
    ],
    [
      399,
      '',
      'token_endpoint_redirected',
      '399, but a client certificate is never sent along a redirect; check "url" in the binding.',
    ],
    [
      401,
      '',
      'client_rejected',
      '401, the client or its certificate is not accepted; bind the service again to get a new certificate and restage the app.',
    ],
    [
      400,
      '{"error":"invalid_client"}',
      'client_rejected',
      '400 invalid_client, the client or its certificate is not accepted; bind the service again to get a new certificate and restage the app.',
    ],
    [
      400,
      '{ "error" : "invalid_grant", "error_description": "secret" }',
      'assertion_rejected',
      '400 invalid_grant, the user token is expired, revoked or not for this app; ask the user to log on again.',
    ],
    [
      403,
      '<html>',
      'token_request_rejected',
      '403; check the grant types and dependencies of the application in the tenant.',
    ],
    [
      400,
      '{"error":"invalid_scope"}',
      'token_request_rejected',
      '400 invalid_scope; check the grant types and dependencies of the application in the tenant.',
    ],
    [
      400,
      '{"error":"Look, a secret"}',
      'token_request_rejected',
      '400; check the grant types and dependencies of the application in the tenant.',
    ],
    [
      400,
      `{"error":"${'a'.repeat(65)}"}`,
      'token_request_rejected',
      '400; check the grant types and dependencies of the application in the tenant.',
    ],
    [
      199,
      '',
      'token_request_rejected',
      '199; check the grant types and dependencies of the application in the tenant.',
    ],
  ])('%d with the body %j is %s', (status, body, code, text) => {
    expect(statusFailure(tenant, status, body)).toMatchObject({
      code,
      status,
      message: `No access token from ${tenant}: it answered ${text}`,
    });
  });

  it('keeps the time to wait of outages', () => {
    expect([429, 503, 408].map((status) => statusFailure(tenant, status, '', 5_000).retryAfter)).toEqual([
      5_000, 5_000, 5_000,
    ]);
  });
});
