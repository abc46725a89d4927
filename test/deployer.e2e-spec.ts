import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deployerResolves, whyNoDeployer } from './helper/deployer.js';
import { mtarContent } from './helper/mtar-writer.js';

const PATIENCE_MS = 300_000;
const DESCRIPTOR = mtarContent(readFileSync('mta.yaml', 'utf8')).descriptor;

function extension(body: string): string {
  return `_schema-version: '3.3.0'\nID: nest-ias.test\nextends: nest-ias\n${body}`;
}

let whyNot: string | undefined;
beforeAll(() => {
  whyNot = whyNoDeployer();
  if (whyNot !== undefined && process.env['IAS_REQUIRE_DEPLOYER'] === '1') {
    throw new Error(`IAS_REQUIRE_DEPLOYER=1, but ${whyNot}.`);
  }
}, PATIENCE_MS);

/** Org "org", space "space", domain "cfapps.example.com" (test/deployer/ResolveDescriptor.java). */
describe('the deployer of Cloud Foundry', { timeout: PATIENCE_MS }, () => {
  beforeEach(({ skip }) => {
    skip(
      whyNot !== undefined,
      `The deployer's own library did not check the descriptors, because ${whyNot}: install JDK 17 or later and ` +
        'Maven, or see docs/how-to/deploy.md. With IAS_REQUIRE_DEPLOYER=1 this is a failure.',
    );
  });

  it('accepts mta.yaml: routes, the URL of the backend, bindings', () => {
    const { modules, resources } = deployerResolves(DESCRIPTOR);
    expect(modules['backendclicer']).toMatchObject({
      type: 'javascript.nodejs',
      parameters: {
        routes: [
          { route: 'org-space-backendclicer.cfapps.example.com' },
          { route: 'org-space-backendclicer.cert.cfapps.example.com' },
        ],
      },
      requires: { clicreIas: { config: { 'credential-type': 'NONE' } } },
    });
    expect(modules['frontendclicer']).toMatchObject({
      parameters: { routes: [{ route: 'org-space-frontendclicer.cfapps.example.com' }] },
      properties: { BACKEND_URL: 'https://org-space-backendclicer.cert.cfapps.example.com' },
      requires: {
        clicreIas: { config: { 'credential-type': 'X509_GENERATED', 'app-identifier': 'frontendclicer' } },
      },
    });
    expect(resources['clicreIas']?.parameters['config']).toEqual(
      JSON.parse(readFileSync('config_ias.json', 'utf8')),
    );
  });

  it('accepts production.mtaext: another domain, more instances and memory', () => {
    const { modules } = deployerResolves(DESCRIPTOR, readFileSync('production.mtaext', 'utf8'));
    expect(modules['backendclicer']?.parameters).toMatchObject({
      memory: '256M',
      instances: 3,
      routes: [
        { route: 'org-space-backendclicer.apps.example.com' },
        { route: 'org-space-backendclicer.cert.apps.example.com' },
      ],
    });
    expect(modules['frontendclicer']).toMatchObject({
      properties: { BACKEND_URL: 'https://org-space-backendclicer.cert.apps.example.com' },
      requires: { clicreIas: { config: { 'key-length': 4096, validity: 30 } } },
    });
  });

  it('accepts dev.mtaext: a shorter certificate validity, more logs', () => {
    const { modules } = deployerResolves(DESCRIPTOR, readFileSync('dev.mtaext', 'utf8'));
    expect(modules['frontendclicer']).toMatchObject({
      properties: { LOG_LEVEL: 'debug', BACKEND_URL: expect.stringContaining('.cert.') },
      requires: { clicreIas: { config: { validity: 7, 'validity-type': 'DAYS' } } },
    });
  });

  it('binds both apps to SAP Cloud Logging with cloud-logging.mtaext only', () => {
    expect(deployerResolves(DESCRIPTOR).resources).toMatchObject({
      clicreIas: { active: true },
      'cloud-logging': { active: false },
    });
    const extended = deployerResolves(DESCRIPTOR, readFileSync('cloud-logging.mtaext', 'utf8'));
    expect(extended.resources['cloud-logging']).toEqual({
      type: 'org.cloudfoundry.existing-service',
      active: true,
      parameters: expect.objectContaining({ 'service-name': 'cloud-logging' }),
    });
    for (const { requires } of Object.values(extended.modules)) {
      expect(requires).toHaveProperty('cloud-logging');
    }
  });

  it('keeps the binding parameters that an extension does not override', () => {
    const config = deployerResolves(
      DESCRIPTOR,
      extension(
        'modules: [{ name: frontendclicer, requires: [{ name: clicreIas, parameters: { config: { validity: 3 } } }] }]',
      ),
    ).modules['frontendclicer']?.requires['clicreIas'];
    expect(config).toMatchObject({ config: { validity: 3, 'app-identifier': 'frontendclicer' } });
  });

  it('rejects an extension of an unknown module', () => {
    expect(() => deployerResolves(DESCRIPTOR, extension('modules: [{ name: backend }]'))).toThrow(
      'Unknown module "backend"',
    );
  });

  it.each([
    [
      'an unresolved reference',
      '~{backend-api/url}',
      '~{backend-api/uri}',
      'Unable to resolve "frontendclicer##backend-api#uri"',
    ],
    [
      'an unset placeholder',
      '${route-domain}',
      '${route-domane}',
      'Unable to resolve "backendclicer#route-domane"',
    ],
    [
      'an unknown resource',
      'name: clicreIas\n        parameters',
      'name: ias\n        parameters',
      'Unresolved required dependency "ias" for module "backendclicer"',
    ],
    ['a module type of mbt only', 'javascript.nodejs', 'nodejs', 'Unsupported module type "nodejs"'],
    ['an unknown schema version', '3.3.0', '9.0.0', 'Version "9" is not supported'],
  ])('rejects a descriptor with %s', (_, text, replacement, sentence) => {
    const changed = DESCRIPTOR.replaceAll(text, replacement);
    expect(changed).not.toBe(DESCRIPTOR);
    expect(() => deployerResolves(changed)).toThrow(sentence);
  });
});
