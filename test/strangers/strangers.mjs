/**
 * Libraries of other people that have to work with the landscape or with the apps.
 *
 * - `caller`: the program fetches a token and calls the backend with it; it prints `{"status", "proof"}`.
 * - `receiver`: the program serves `path` on `PORT`, and the runner sends requests through the router.
 * - `checks`: the program prints a line `ok …` or `not ok …` for each check.
 *
 * @typedef {object} Stranger
 * @property {string} name
 * @property {string} title package with its version placeholder, for the table
 * @property {string} language
 * @property {string} folder below `test/strangers`; projects with the same folder share an installation
 * @property {'npm' | 'pip' | 'go' | 'maven' | 'none'} manager
 * @property {string} package name at the manager
 * @property {'caller' | 'receiver' | 'checks'} kind
 * @property {readonly string[]} command
 * @property {string} [path] of a receiver
 * @property {boolean} [withoutProof] the library does not check the proof of possession
 * @property {readonly string[]} [programs] that the machine needs
 * @property {string} shows what it shows, for the table
 */

/** @type {readonly Stranger[]} */
export const STRANGERS = [
  {
    name: 'openid-client',
    title: 'openid-client',
    language: 'Node.js',
    folder: 'node-clients',
    manager: 'npm',
    package: 'openid-client',
    kind: 'caller',
    command: ['node', 'openid-client.mjs'],
    shows: 'fetches a token over mutual TLS and calls the backend',
  },
  {
    name: 'oauth4webapi',
    title: 'oauth4webapi',
    language: 'Node.js',
    folder: 'node-clients',
    manager: 'npm',
    package: 'oauth4webapi',
    kind: 'caller',
    command: ['node', 'oauth4webapi.mjs'],
    shows: 'fetches a token over mutual TLS and calls the backend',
  },
  {
    name: 'xssec-caller',
    title: '@sap/xssec',
    language: 'Node.js',
    folder: 'node-clients',
    manager: 'npm',
    package: '@sap/xssec',
    kind: 'caller',
    command: ['node', 'xssec-caller.mjs'],
    shows: 'fetches a token over mutual TLS and calls the backend',
  },
  {
    name: 'xssec-receiver',
    title: '@sap/xssec',
    language: 'Node.js',
    folder: 'node-clients',
    manager: 'npm',
    package: '@sap/xssec',
    kind: 'receiver',
    command: ['node', 'xssec-receiver.mjs'],
    path: '/',
    shows: 'validates tokens and their proof of possession',
  },
  {
    name: 'cloud-sdk',
    title: '@sap-cloud-sdk/connectivity',
    language: 'Node.js',
    folder: 'cap',
    manager: 'npm',
    package: '@sap-cloud-sdk/connectivity',
    kind: 'caller',
    command: ['node', 'cloud-sdk.cjs'],
    shows: 'fetches a token for a dependency and calls the backend',
  },
  {
    name: 'cap-consumer',
    title: '@sap/cds (consumer)',
    language: 'Node.js',
    folder: 'cap',
    manager: 'npm',
    package: '@sap/cds',
    kind: 'caller',
    command: ['node', 'consumer.cjs'],
    shows: 'calls the backend as a remote service, with the SAP Cloud SDK',
  },
  {
    name: 'cap-provider',
    title: '@sap/cds (provider)',
    language: 'Node.js',
    folder: 'cap',
    manager: 'npm',
    package: '@sap/cds',
    kind: 'receiver',
    command: ['node', 'node_modules/@sap/cds/bin/serve.js'],
    path: '/rest/orders/who()',
    shows: 'validates tokens and their proof of possession',
  },
  {
    name: 'approuter',
    title: '@sap/approuter',
    language: 'Node.js',
    folder: 'approuter',
    manager: 'npm',
    package: '@sap/approuter',
    kind: 'checks',
    command: ['node', 'login.mjs'],
    shows: 'signs a user in and forwards token and certificate to frontend and backend',
  },
  {
    name: 'sap-xssec',
    title: 'sap-xssec',
    language: 'Python',
    folder: 'python',
    manager: 'pip',
    package: 'sap-xssec',
    kind: 'receiver',
    command: ['venv/bin/python', 'receiver.py'],
    path: '/',
    withoutProof: true,
    programs: ['python3'],
    shows: 'validates tokens, but not their proof of possession',
  },
  {
    name: 'authlib',
    title: 'Authlib',
    language: 'Python',
    folder: 'python',
    manager: 'pip',
    package: 'Authlib',
    kind: 'caller',
    command: ['venv/bin/python', 'caller.py'],
    programs: ['python3'],
    shows: 'fetches a token over mutual TLS and calls the backend',
  },
  {
    name: 'go',
    title: 'golang.org/x/oauth2 and go-oidc',
    language: 'Go',
    folder: 'go',
    manager: 'go',
    package: 'golang.org/x/oauth2',
    kind: 'caller',
    command: ['./stranger'],
    programs: ['go'],
    shows: 'fetches a token over mutual TLS, verifies it and calls the backend',
  },
  {
    name: 'java',
    title: 'com.sap.cloud.security',
    language: 'Java',
    folder: 'java',
    manager: 'maven',
    package: 'sap.security.version',
    kind: 'checks',
    command: ['java', '-cp', 'target/classes:target/dependency/*', 'Stranger'],
    programs: ['java', 'mvn'],
    shows: 'fetches a token over mutual TLS and validates tokens',
  },
  {
    name: 'oidc-provider',
    title: 'oidc-provider',
    language: 'Node.js',
    folder: 'oidc-provider',
    manager: 'npm',
    package: 'oidc-provider',
    kind: 'checks',
    command: ['node', 'tenant.mjs'],
    shows: 'is the tenant of frontend and backend',
  },
  {
    name: 'haproxy',
    title: 'HAProxy',
    language: '–',
    folder: 'routers',
    manager: 'none',
    package: 'haproxy',
    kind: 'checks',
    command: ['node', 'haproxy.mjs'],
    programs: ['haproxy'],
    shows: 'is the router of the backend and forwards the certificate, not a spoofed one',
  },
  {
    name: 'nginx',
    title: 'nginx',
    language: '–',
    folder: 'routers',
    manager: 'none',
    package: 'nginx',
    kind: 'checks',
    command: ['node', 'nginx.mjs'],
    programs: ['nginx'],
    shows: 'is the router of the backend and forwards the certificate, not a spoofed one',
  },
];
