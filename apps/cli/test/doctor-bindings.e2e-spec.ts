import { describe, it } from 'vitest';
import { diagnose, type Expected, expectFault } from './diagnose.js';
import { useSampleBindings, vcap } from './sample-bindings.js';

const bindings = useSampleBindings();

/** Faults of bindings that the doctor finds without a network: the name, the binding, options, and what it must say. */
const SEEDS: [string, () => unknown, Expected, string[]?][] = [
  [
    'no identity binding',
    () => vcap(),
    {
      id: 'binding',
      cause: /no service with the label "identity"/,
      remedy: /^cf bind-service frontend INSTANCE -c '\{"credential/,
      code: 'binding_missing',
    },
  ],
  [
    'several identity bindings, none chosen',
    () => vcap(['one', bindings.valid], ['two', bindings.other]),
    {
      id: 'binding',
      cause: /"one", "two" are bound and none is chosen/,
      remedy: /--service.*: cf set-env frontend IAS_SERVICE_NAME one && cf restage frontend$/,
      code: 'binding_ambiguous',
    },
  ],
  [
    'an unknown name',
    () => vcap(['one', bindings.valid]),
    {
      id: 'binding',
      cause: /bound instances are "one"/,
      remedy: /Correct the name.*--service.*: cf set-env frontend IAS_SERVICE_NAME one && /,
      code: 'binding_missing',
    },
    ['--service', 'two'],
  ],
  [
    'a user-provided service',
    () => vcap(['mine', bindings.valid, 'user-provided']),
    {
      id: 'binding',
      cause: /"mine" is a user-provided service/,
      remedy: /cf bind-service frontend INSTANCE/,
      code: 'binding_missing',
    },
  ],
  [
    'a service with another label',
    () => vcap(['mine', bindings.valid, 'xsuaa']),
    {
      id: 'binding',
      cause: /"mine" has the label "xsuaa"/,
      remedy: /Create an instance of the service "identity"/,
      code: 'binding_missing',
    },
  ],
  [
    'a client secret where a certificate was meant',
    () => vcap(['clicreIas', bindings.secret]),
    {
      id: 'credentials',
      status: 'warning',
      cause: /SECRET is the default where -c is forgotten/,
      remedy: /cf bind-service frontend clicreIas -c '\{"credential-type":"X509_GENERATED"\}'/,
    },
  ],
  [
    'NONE for a caller',
    () => ({ ...bindings.valid, 'credential-type': 'NONE' }),
    {
      id: 'credentials',
      cause: /only validate tokens/,
      remedy: /X509_GENERATED/,
      code: 'binding_cannot_fetch_tokens',
    },
    ['--role', 'caller'],
  ],
  [
    'an empty secret beside a certificate',
    () => ({ ...bindings.valid, clientsecret: '' }),
    {
      id: 'credentials',
      cause: /send the empty secret/,
      remedy: /Remove the property/,
      code: 'binding_invalid',
    },
  ],
  ...([null, 5, {}] as const).map((clientsecret): (typeof SEEDS)[number] => [
    `the secret ${JSON.stringify(clientsecret)} beside a certificate`,
    () => ({ ...bindings.valid, clientsecret }),
    {
      id: 'credentials',
      cause: /replaced or removed the value/,
      remedy: /Remove the property/,
      code: 'binding_invalid',
    },
  ]),
  [
    'null beside a secret',
    () => ({ ...bindings.secret, key: null }),
    { id: 'credentials', cause: /"key".*invalid value/, remedy: /X509_GENERATED/, code: 'binding_invalid' },
  ],
  [
    'a broken key of an app that only validates tokens',
    () => ({ ...bindings.valid, key: 'x' }),
    { id: 'credentials', cause: /key/, remedy: /X509_GENERATED/, code: 'binding_certificate_invalid' },
    ['--role', 'receiver'],
  ],
  [
    'certurl of XSUAA',
    () => ({
      clientid: 'x',
      url: 'https://t.authentication.eu10.hana.ondemand.com',
      certurl: 'https://t.authentication.cert.eu10.hana.ondemand.com',
    }),
    {
      id: 'credentials',
      cause: /"certurl" exists in XSUAA only/,
      remedy: /cf bind-service/,
      code: 'binding_invalid',
    },
  ],
  [
    'the token endpoint of XSUAA',
    () => ({ ...bindings.valid, url: `${bindings.valid.url}/oauth/token` }),
    {
      id: 'credentials',
      cause: /\/oauth\/token, the token endpoint of XSUAA/,
      remedy: /cf bind-service/,
      code: 'binding_invalid',
    },
  ],
  [
    'a url without https',
    () => ({ ...bindings.valid, url: 'http://t.accounts.ondemand.com' }),
    {
      id: 'credentials',
      cause: /does not start with https/,
      remedy: /create-service-key/,
      code: 'binding_invalid',
    },
  ],
  [
    'a url outside domains',
    () => ({ ...bindings.valid, url: 'https://tenant.evil.example' }),
    {
      id: 'credentials',
      cause: /"tenant\.evil\.example", which is not under its "domains"/,
      remedy: /^Compare "url" and "domains" with the original.*: cf service-key INSTANCE KEY$/,
      code: 'binding_invalid',
    },
  ],
  [
    'a missing client id',
    () => ({ ...bindings.valid, clientid: undefined }),
    {
      id: 'credentials',
      cause: /no property "clientid"/,
      remedy: /create-service-key/,
      code: 'binding_invalid',
    },
  ],
];

describe('ias doctor --offline', () => {
  it.each(SEEDS)('names %s', async (_, binding, expected, options = []) => {
    expectFault(await diagnose(binding(), ['--offline', ...options]), expected);
  });
});
