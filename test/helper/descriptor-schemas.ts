import { z } from 'zod';

/**
 * Exactly the part of the deployment descriptors that we use. These schemas reject a misspelt name, which `mbt` and the
 * deployer ignore (SAP-docs/btp-cloud-platform, "List of Supported MTA Parameters").
 */
const memory = z.string().regex(/^[1-9]\d*(M|MB|G|GB)$/, 'is not a memory size such as 128M');
const instances = z.int().min(1).max(100);
const path = z.string().regex(/^\/[\w/-]*$/, 'is not a path such as /health/live');
const text = z.string().min(1);
const environment = z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), text);

const healthChecks = {
  'health-check-type': z.literal('http'),
  'health-check-http-endpoint': path,
  'readiness-health-check-type': z.literal('http'),
  'readiness-health-check-http-endpoint': path,
};

/** Parameters of a binding to the `identity` service. */
export const bindingParameters = z.discriminatedUnion('credential-type', [
  z.strictObject({ 'credential-type': z.literal('NONE') }),
  z.strictObject({
    'credential-type': z.literal('X509_GENERATED'),
    'app-identifier': z.string().min(1).max(20),
    'key-length': z.union([z.literal(2048), z.literal(4096)]),
    validity: z.int().min(1).max(30),
    'validity-type': z.literal('DAYS'),
  }),
]);

/** Parameters of an `identity` service instance. */
export const identityConfigSchema = z.strictObject({
  'display-name': z.string().min(1).max(99),
  'oauth2-configuration': z.strictObject({ 'grant-types': z.array(z.literal('client_credentials')).min(1) }),
});

const moduleParameters = z.strictObject({
  memory,
  instances,
  buildpack: z.literal('nodejs_buildpack'),
  command: text,
  ...healthChecks,
  routes: z.array(z.strictObject({ route: text })).min(1),
  'keep-existing': z.strictObject({ 'service-bindings': z.literal(true) }),
});

const requirement = z.strictObject({
  name: text,
  parameters: z.strictObject({ config: bindingParameters }).optional(),
});

const identityInstance = z.strictObject({
  name: text,
  type: z.literal('org.cloudfoundry.managed-service'),
  parameters: z.strictObject({
    service: z.literal('identity'),
    'service-plan': z.literal('application'),
    'service-name': text,
    config: identityConfigSchema,
  }),
});

const existingInstance = z.strictObject({
  name: text,
  type: z.literal('org.cloudfoundry.existing-service'),
  // an extension activates it
  active: z.literal(false),
  parameters: z.strictObject({ 'service-name': text }),
});

export const mtaSchema = z.strictObject({
  '_schema-version': z.literal('3.3.0'),
  ID: text,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: text,
  parameters: z.strictObject({ 'route-domain': text }),
  'build-parameters': z.strictObject({
    'before-all': z.array(z.strictObject({ builder: z.literal('custom'), commands: z.array(text).min(1) })),
  }),
  modules: z.array(
    z.strictObject({
      name: text,
      type: z.literal('nodejs'),
      path: z.string().regex(/^dist\/apps\/\w+$/),
      'build-parameters': z.strictObject({ builder: z.literal('custom'), commands: z.array(text) }),
      parameters: moduleParameters,
      properties: environment,
      provides: z.array(z.strictObject({ name: text, properties: z.record(z.string(), text) })).default([]),
      requires: z.array(requirement),
    }),
  ),
  resources: z.array(z.discriminatedUnion('type', [identityInstance, existingInstance])),
});

export const mtaExtensionSchema = z.strictObject({
  '_schema-version': z.literal('3.3.0'),
  ID: text,
  extends: text,
  parameters: z.strictObject({ 'route-domain': text }).optional(),
  modules: z
    .array(
      z.strictObject({
        name: text,
        parameters: moduleParameters.pick({ memory: true, instances: true }).partial().optional(),
        properties: environment.optional(),
        requires: z.array(requirement).optional(),
      }),
    )
    .default([]),
  resources: z.array(z.strictObject({ name: text, active: z.boolean() })).default([]),
});

export const manifestSchema = z.strictObject({
  applications: z.array(
    z.strictObject({
      name: text,
      path: z.string().regex(/^dist\/apps\/\w+$/),
      memory,
      instances,
      buildpacks: z.tuple([z.literal('nodejs_buildpack')]),
      command: text,
      ...healthChecks,
      routes: z.array(z.strictObject({ route: text })).min(1),
      services: z.array(z.strictObject({ name: text, parameters: bindingParameters })),
      env: environment,
    }),
  ),
});

export const variablesSchema = z.record(z.string(), text);

export type Mta = z.infer<typeof mtaSchema>;
export type IdentityInstance = z.infer<typeof identityInstance>;
export type MtaExtension = z.infer<typeof mtaExtensionSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
