import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkDescriptors } from './helper/descriptor-check.js';
import type { Descriptors } from './helper/descriptor-check.js';

const read = (file: keyof Descriptors) => readFileSync(file, 'utf8');

const DESCRIPTORS: Descriptors = {
  'mta.yaml': read('mta.yaml'),
  'manifest.yml': read('manifest.yml'),
  'vars.example.yml': read('vars.example.yml'),
  'config_ias.json': read('config_ias.json'),
  'dev.mtaext': read('dev.mtaext'),
  'production.mtaext': read('production.mtaext'),
  'cloud-logging.mtaext': read('cloud-logging.mtaext'),
};

/** Returns the descriptors with one text replaced in one file. */
function broken(file: keyof Descriptors, text: string, replacement: string): Descriptors {
  expect(DESCRIPTORS[file]).toContain(text);
  return { ...DESCRIPTORS, [file]: DESCRIPTORS[file].replace(text, replacement) };
}

describe('the deployment descriptors', () => {
  it('are valid, and deploy the same apps with cf push and cf deploy', () => {
    expect(checkDescriptors(DESCRIPTORS)).toEqual([]);
  });

  it.each<[string, keyof Descriptors, string, string, RegExp]>([
    ['a memory size', 'mta.yaml', 'memory: 128M', 'memory: lots', /memory.*is not a memory size/],
    [
      'a memory size without unit',
      'manifest.yml',
      'memory: 128M',
      "memory: '128'",
      /memory.*is not a memory/,
    ],
    [
      'a misspelt parameter',
      'mta.yaml',
      'health-check-type',
      'healthcheck-type',
      /Unrecognized key.*healthcheck-type/,
    ],
    ['a misspelt attribute', 'manifest.yml', 'instances:', 'instance:', /Unrecognized key.*instance/],
    ['a type of module', 'mta.yaml', 'type: nodejs', 'type: node', /modules\.0\.type/],
    ['a type of resource', 'mta.yaml', 'managed-service', 'managed-services', /resources\.0\.type/],
    ['a type of value', 'mta.yaml', 'instances: 1', "instances: '1'", /instances: .*expected number/],
    ['a health check', 'mta.yaml', '-endpoint: /health/live', '-endpoint: health', /is not a path/],
    ['a type of credentials', 'mta.yaml', 'X509_GENERATED', 'X509', /credential-type/],
    ['a validity', 'mta.yaml', 'validity: 30', 'validity: 31', /validity/],
    ['a unit of the validity', 'manifest.yml', 'DAYS', 'MONTHS', /validity-type/],
    ['a key length', 'mta.yaml', 'key-length: 2048', 'key-length: 1024', /key-length/],
    [
      'a long app identifier',
      'mta.yaml',
      ': frontendclicer\n            key',
      ': a-very-long-identifier\n            key',
      /app-identifier/,
    ],
    [
      'an unresolved requirement',
      'mta.yaml',
      '- name: backend-api\n      - name',
      '- name: other\n      - name',
      /requires other, which nothing provides/,
    ],
    [
      'a property that is not required',
      'mta.yaml',
      '~{backend-api/url}',
      '~{backend-api/uri}',
      /uses ~\{backend-api\/uri\}/,
    ],
    [
      'an unknown placeholder',
      'mta.yaml',
      '${default-host}.cert',
      '${defaulthost}.cert',
      /nothing sets \$\{defaulthost\}/,
    ],
    ['an app name that differs', 'manifest.yml', 'name: backendclicer', 'name: backend', /the apps differ/],
    [
      'memory that differs',
      'manifest.yml',
      'memory: 128M',
      'memory: 256M',
      /memory of backendclicer differs/,
    ],
    [
      'a start line that differs',
      'mta.yaml',
      'node main.js',
      'npm start',
      /command of backendclicer differs/,
    ],
    [
      'a probe that differs',
      'manifest.yml',
      '/health/ready',
      '/health/live',
      /readiness.* of backendclicer differs/,
    ],
    [
      'a route that differs',
      'manifest.yml',
      'route: ((backend-host)).cert',
      'route: ((backend-host)).mtls',
      /routes of backendclicer differs/,
    ],
    [
      'a variable that differs',
      'manifest.yml',
      'POSSESSION: required',
      'POSSESSION: if-bound',
      /env of backendclicer differs/,
    ],
    [
      'a URL that differs',
      'mta.yaml',
      "url: '${protocol}://${default-host}.cert",
      "url: '${protocol}://${default-host}",
      /env of frontendclicer differs/,
    ],
    [
      'binding parameters that differ',
      'manifest.yml',
      'validity: 30',
      'validity: 7',
      /services of frontendclicer differs/,
    ],
    [
      'an instance that differs',
      'mta.yaml',
      'service-name: clicreIas',
      'service-name: other',
      /services of .* differs/,
    ],
    [
      'another configuration',
      'config_ias.json',
      'clicreias',
      'other',
      /its config differs from config_ias.json/,
    ],
    ['a variable that is missing', 'vars.example.yml', 'domain:', 'domains:', /has no domain/],
    [
      'a host in the manifest',
      'manifest.yml',
      '.cert.((domain))\n    services',
      '.cert.cfapps.eu10.hana.ondemand.com\n    services',
      /manifest.yml: names a host/,
    ],
    ['a URL in mta.yaml', 'mta.yaml', "'~{backend-api/url}'", 'https://backend', /mta.yaml: names a host/],
    [
      'an extension of another descriptor',
      'dev.mtaext',
      'extends: nest-ias',
      'extends: nest',
      /extends nest, not nest-ias/,
    ],
    [
      'an extension of an unknown module',
      'production.mtaext',
      'name: backendclicer',
      'name: backend',
      /no module backend/,
    ],
    [
      'an extension of an unknown resource',
      'cloud-logging.mtaext',
      'name: cloud-logging',
      'name: cloud-log',
      /no resource cloud-log/,
    ],
    [
      'a binding to SAP Cloud Logging for everybody',
      'mta.yaml',
      'active: false',
      'active: true',
      /resources\.1\.active/,
    ],
    [
      'a misspelt parameter of an extension',
      'production.mtaext',
      'memory',
      'memery',
      /Unrecognized key.*memery/,
    ],
  ])('are rejected with an invalid value: %s', (_, file, text, replacement, finding) => {
    expect(checkDescriptors(broken(file, text, replacement)).join('\n')).toMatch(finding);
  });
});
