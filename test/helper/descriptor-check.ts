import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { z } from 'zod';
import {
  identityConfigSchema,
  manifestSchema,
  mtaExtensionSchema,
  mtaSchema,
  variablesSchema,
} from './descriptor-schemas.js';
import type { IdentityInstance, Manifest, Mta, MtaExtension } from './descriptor-schemas.js';

/** Texts of all files that describe the deployment. */
export interface Descriptors {
  readonly 'mta.yaml': string;
  readonly 'manifest.yml': string;
  readonly 'vars.example.yml': string;
  readonly 'config_ias.json': string;
  readonly 'dev.mtaext': string;
  readonly 'production.mtaext': string;
  readonly 'cloud-logging.mtaext': string;
}

/** Parameters that the deployer sets (multiapps-controller, SupportedParameters). */
const SYSTEM_PARAMETERS = ['default-host', 'default-domain', 'protocol'];
const HARD_CODED_HOST = /https?:\/\/\w|\bondemand\.com\b|\bexample\.com\b/;

/** Returns one sentence for each error in the descriptors. */
export function checkDescriptors(files: Descriptors): string[] {
  const findings: string[] = [];
  const read = <T>(file: keyof Descriptors, schema: z.ZodType<T>): T | undefined => {
    const result = schema.safeParse(parse(files[file]));
    if (result.success) return result.data;
    findings.push(
      ...result.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`),
    );
    return undefined;
  };
  const mta = read('mta.yaml', mtaSchema);
  const manifest = read('manifest.yml', manifestSchema);
  const variables = read('vars.example.yml', variablesSchema);
  const config = read('config_ias.json', identityConfigSchema);
  const extensions = [
    ['dev.mtaext', read('dev.mtaext', mtaExtensionSchema)],
    ['production.mtaext', read('production.mtaext', mtaExtensionSchema)],
    ['cloud-logging.mtaext', read('cloud-logging.mtaext', mtaExtensionSchema)],
  ] as const;
  if (mta === undefined || manifest === undefined || variables === undefined || config === undefined) {
    return findings;
  }

  return [
    ...findings,
    ...checkReferences(mta),
    ...identityInstances(mta)
      .filter((resource) => !isDeepStrictEqual(resource.parameters.config, config))
      .map(({ name }) => `mta.yaml: resource ${name}: its config differs from config_ias.json`),
    ...checkParity(mta, manifest),
    ...checkVariables(files['manifest.yml'], Object.keys(variables)),
    ...extensions.flatMap(([file, extension]) =>
      extension === undefined ? [] : checkExtension(file, extension, mta),
    ),
    ...(['mta.yaml', 'manifest.yml', 'config_ias.json'] as const)
      .filter((file) => HARD_CODED_HOST.test(files[file]))
      .map((file) => `${file}: names a host`),
  ];
}

/** Checks that every `requires`, `~{…}` and `${…}` can be resolved. */
function checkReferences(mta: Mta): string[] {
  const provided = new Map(
    mta.modules.flatMap(({ provides }) => provides.map(({ name, properties }) => [name, properties])),
  );
  const resources = new Set(mta.resources.map(({ name }) => name));
  const identities = new Set(identityInstances(mta).map(({ name }) => name));
  const parameters = new Set([...SYSTEM_PARAMETERS, ...Object.keys(mta.parameters)]);
  const findings = matchesOf(JSON.stringify(mta), /\$\{([^}]*)\}/g)
    .filter(([parameter = '']) => !parameters.has(parameter))
    .map(([parameter]) => `mta.yaml: nothing sets \${${parameter}}`);

  for (const { name: module, requires, properties } of mta.modules) {
    for (const { name, parameters: binding } of requires) {
      if (!resources.has(name) && !provided.has(name)) {
        findings.push(`mta.yaml: module ${module} requires ${name}, which nothing provides`);
      }
      if (identities.has(name) && binding === undefined) {
        findings.push(`mta.yaml: module ${module} binds ${name} without parameters`);
      }
    }
    for (const [name = '', property = ''] of matchesOf(
      JSON.stringify(properties),
      /~\{([^}/]*)\/([^}]*)\}/g,
    )) {
      const isRequired = requires.some((requirement) => requirement.name === name);
      if (isRequired && provided.get(name)?.[property] !== undefined) continue;
      findings.push(`mta.yaml: module ${module} uses ~{${name}/${property}}, which it does not require`);
    }
  }
  return findings;
}

/** Checks that `cf push` and `cf deploy` deploy the same apps. */
function checkParity(mta: Mta, manifest: Manifest): string[] {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  if (!isDeepStrictEqual(names(mta.modules), names(manifest.applications))) {
    return ['mta.yaml and manifest.yml: the apps differ'];
  }
  return mta.modules.flatMap((module, index) => {
    const app = manifest.applications[index];
    if (app === undefined) return [];
    const fromMta = deployedByMta(module, mta);
    const fromManifest = deployedByManifest(app, manifest);
    return Object.keys(fromMta)
      .filter((aspect) => !isDeepStrictEqual(fromMta[aspect], fromManifest[aspect]))
      .map((aspect) => `mta.yaml and manifest.yml: ${aspect} of ${module.name} differs`);
  });
}

function deployedByMta(module: Mta['modules'][number], mta: Mta): Record<string, unknown> {
  const { buildpack, routes, 'keep-existing': _keepExisting, ...parameters } = module.parameters;
  const provided = mta.modules.flatMap(({ name, provides }) =>
    provides.flatMap((provision) =>
      Object.entries(provision.properties).map(([property, value]) => ({
        reference: `~{${provision.name}/${property}}`,
        value: value.replaceAll('${default-host}', `<${name}>`),
      })),
    ),
  );
  const resolve = (value: string) =>
    provided
      .reduce((resolved, { reference, value: target }) => resolved.replaceAll(reference, target), value)
      .replaceAll('${protocol}', 'https')
      .replaceAll('${default-host}', `<${module.name}>`)
      .replaceAll('${route-domain}', '<domain>');
  const instances = new Map(
    identityInstances(mta).map(({ name, parameters: { 'service-name': instance } }) => [name, instance]),
  );
  return {
    ...parameters,
    path: module.path,
    buildpacks: [buildpack],
    routes: routes.map(({ route }) => resolve(route)),
    env: Object.fromEntries(Object.entries(module.properties).map(([name, value]) => [name, resolve(value)])),
    services: module.requires
      .filter(({ name }) => instances.has(name))
      .map(({ name, parameters: binding }) => ({ name: instances.get(name), parameters: binding?.config })),
  };
}

function identityInstances({ resources }: Mta): IdentityInstance[] {
  return resources.filter((resource) => resource.type === 'org.cloudfoundry.managed-service');
}

function deployedByManifest(
  { name: _name, ...app }: Manifest['applications'][number],
  manifest: Manifest,
): Record<string, unknown> {
  const hosts = manifest.applications.map(({ name, path }) => [
    `((${path.replace('dist/apps/', '')}-host))`,
    `<${name}>`,
  ]);
  const resolve = (value: string) =>
    hosts
      .reduce((resolved, [variable = '', host = '']) => resolved.replaceAll(variable, host), value)
      .replaceAll('((domain))', '<domain>');
  return {
    ...app,
    routes: app.routes.map(({ route }) => resolve(route)),
    env: Object.fromEntries(Object.entries(app.env).map(([name, value]) => [name, resolve(value)])),
  };
}

function checkVariables(manifest: string, defined: readonly string[]): string[] {
  const used = new Set(matchesOf(manifest, /\(\(([\w-]+)\)\)/g).map(([name = '']) => name));
  return [
    ...[...used]
      .filter((name) => !defined.includes(name))
      .map((name) => `vars.example.yml: has no ${name}, which manifest.yml uses`),
    ...defined
      .filter((name) => !used.has(name))
      .map((name) => `vars.example.yml: manifest.yml does not use ${name}`),
  ];
}

function checkExtension(file: string, extension: MtaExtension, mta: Mta): string[] {
  const findings: string[] = [];
  if (extension.extends !== mta.ID) findings.push(`${file}: extends ${extension.extends}, not ${mta.ID}`);
  if (extension.ID === mta.ID) findings.push(`${file}: has the same ID as mta.yaml`);
  for (const { name, requires = [] } of extension.modules) {
    const extended = mta.modules.find((module) => module.name === name);
    if (extended === undefined) findings.push(`${file}: there is no module ${name} to extend`);
    for (const requirement of requires) {
      if (extended?.requires.some((other) => other.name === requirement.name)) continue;
      findings.push(`${file}: module ${name} does not require ${requirement.name}`);
    }
  }
  for (const { name } of extension.resources) {
    if (mta.resources.some((resource) => resource.name === name)) continue;
    findings.push(`${file}: there is no resource ${name} to extend`);
  }
  return findings;
}

function matchesOf(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups);
}
