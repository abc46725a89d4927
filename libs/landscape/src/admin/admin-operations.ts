import { z } from 'zod';
import { bindingRequestSchema } from '../binding/binding-request.js';
import { faultSchema } from '../fault/fault.js';
import { tenantLimitsSchema } from '../limit/tenant-limits.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { X509Certificate } from 'node:crypto';
import { routeOptionsSchema } from '../router/route-options.js';
import type { Application } from '../tenant/application.js';
import { SIGNING_ALGORITHMS } from '../tenant/signing-key.js';
import type { TokenOptions } from '../tenant/tenant.js';
import { tenantUserSchema } from '../tenant/tenant-user.js';
import type { AdministeredTenant } from './administered-landscape.js';
import { type AdminContext, type AdminOperation, operation } from './admin-operation.js';
import { loggedRequests, requestsSchema } from './request-log-view.js';
import { statusOf, statusSchema } from './status-view.js';

const name = z.string().min(1).max(64);
const faults = z.array(faultSchema);
const credentials = z.looseObject({ clientid: z.string(), url: z.string() });
const claims = z.record(z.string(), z.unknown());

const bindingBody = z.strictObject({
  name: name.optional().meta({ description: 'Name for rotations and revocations. Default: binding-1, …' }),
  application: name.optional().meta({ description: 'Client ID. Default: the first application' }),
  parameters: bindingRequestSchema.optional().meta({ description: 'Default: {"type": "X509_GENERATED"}' }),
});
const rotationBody = z.union([
  z.strictObject({ binding: name }),
  z.strictObject({
    signingKey: z.strictObject({
      keepOld: z.boolean().default(true),
      algorithm: z.enum(SIGNING_ALGORITHMS).optional(),
    }),
  }),
]);
const revocationBody = z.union([
  z.strictObject({ binding: name }),
  z.strictObject({
    certificate: z.string().max(50_000).meta({ description: 'PEM or x5t#S256 thumbprint' }),
  }),
]);
const routeBody = z.strictObject({
  host: z.string().max(253).meta({ description: 'Host name, without scheme, port and path' }),
  url: z.union([z.string(), z.array(z.string()).min(1)]).meta({ description: 'Base URL of each instance' }),
  ...routeOptionsSchema.partial().shape,
});
const tokenBody = z.strictObject({
  application: name.optional().meta({ description: 'Client ID. Default: the first application' }),
  binding: name.optional().meta({ description: 'Bind the token to the certificate of this binding' }),
  certificate: z.string().max(50_000).optional().meta({ description: 'PEM or x5t#S256 thumbprint' }),
  user: tenantUserSchema.optional().meta({ description: 'Default: a token of the application itself' }),
  claims: claims.optional().meta({ description: 'Claims that override the defaults; null removes one' }),
  header: claims.optional().meta({ description: 'Header parameters, likewise' }),
  key: name.optional().meta({ description: 'kid of a key of the tenant. Default: its current key' }),
});

/** Every operation of the admin endpoint. The server and the OpenAPI document come from this table. */
export const ADMIN_OPERATIONS: readonly AdminOperation[] = [
  operation({
    method: 'GET',
    path: '/status',
    summary: 'Shows URLs, counters, locked clients, applications, bindings and routes.',
    status: 200,
    answer: statusSchema,
    run: statusOf,
  }),
  operation({
    method: 'GET',
    path: '/requests',
    summary: 'Lists the last requests of the tenant with the reason of each refusal, without secrets.',
    status: 200,
    answer: requestsSchema,
    run: ({ tenant }) => loggedRequests(tenant.requests),
  }),
  operation({
    method: 'GET',
    path: '/faults',
    summary: 'Lists the active faults.',
    status: 200,
    answer: faults,
    run: ({ tenant }) => tenant.faults.list(),
  }),
  operation({
    method: 'POST',
    path: '/faults',
    summary: 'Adds a fault. Apps with a cached token do not notice it until they fetch another one.',
    status: 201,
    body: faultSchema,
    answer: faults,
    run: ({ tenant }, fault) => {
      tenant.faults.add(fault);
      return tenant.faults.list();
    },
  }),
  operation({
    method: 'DELETE',
    path: '/faults',
    summary: 'Removes all faults.',
    status: 200,
    answer: faults,
    run: ({ tenant }) => {
      tenant.faults.clear();
      return tenant.faults.list();
    },
  }),
  operation({
    method: 'PUT',
    path: '/limits',
    summary: 'Sets the limits of the tenant; {} removes them.',
    status: 200,
    body: tenantLimitsSchema,
    answer: tenantLimitsSchema,
    run: ({ tenant }, limits) => {
      tenant.limit(limits);
      return limits;
    },
  }),
  operation({
    method: 'DELETE',
    path: '/locks',
    summary: 'Unlocks all clients.',
    status: 200,
    answer: statusSchema,
    run: (context) => {
      context.tenant.unlock();
      return statusOf(context);
    },
  }),
  operation({
    method: 'POST',
    path: '/bindings',
    summary: 'Issues a binding and returns its credentials.',
    status: 201,
    body: bindingBody,
    answer: z.object({ name: z.string(), credentials }),
    returnsSecret: true,
    run: async ({ landscape, tenant }, body) => {
      const { parameters: request = { type: 'X509_GENERATED' } } = body;
      const content = { request, application: applicationOf(tenant, body.application) };
      const added = await landscape.bindings.add(body.name ?? landscape.bindings.freeName(), content);
      return { name: added.name, credentials: added.credentials };
    },
  }),
  operation({
    method: 'POST',
    path: '/rotations',
    summary:
      'Gives a binding new credentials and rewrites its files, or changes the signing key of the tenant. The previous ' +
      'credentials stay valid until the next rotation. A binding without files is returned.',
    status: 201,
    body: rotationBody,
    answer: z.object({
      binding: z.string().optional(),
      certificate_expires_at: z.string().optional(),
      thumbprint: z.string().optional(),
      credentials: credentials.optional(),
      kid: z.string().optional(),
    }),
    returnsSecret: (body, { landscape }) =>
      'binding' in body && !landscape.bindings.get(body.binding).isPublished,
    run: async ({ landscape, tenant }, body) => {
      if ('signingKey' in body)
        return { kid: await tenant.rotateSigningKey(withoutUndefined(body.signingKey)) };
      const rotated = await landscape.bindings.rotate(body.binding);
      const { certificate, certificate_expires_at } = rotated.credentials;
      return {
        binding: body.binding,
        ...(certificate && { certificate_expires_at, thumbprint: thumbprintIn(certificate) }),
        ...(!rotated.isPublished && { credentials: rotated.credentials }),
      };
    },
  }),
  operation({
    method: 'POST',
    path: '/revocations',
    summary: 'Revokes a certificate: the tenant rejects it from now on. Tokens that it got stay valid.',
    status: 201,
    body: revocationBody,
    answer: z.object({ thumbprint: z.string() }),
    run: ({ landscape, tenant }, body) => {
      const certificate =
        'binding' in body ? certificateOf(landscape.bindings.get(body.binding)) : body.certificate;
      return { thumbprint: tenant.revokeCertificate(certificate) };
    },
  }),
  operation({
    method: 'POST',
    path: '/routes',
    summary: 'Routes a host name to an app, or to several instances of it.',
    status: 201,
    body: routeBody,
    answer: z.object({ url: z.string() }),
    run: ({ landscape }, { host, url, ...options }) => ({
      url: landscape.router.map(host, url, withoutUndefined(options)),
    }),
  }),
  operation({
    method: 'POST',
    path: '/tokens',
    summary: 'Mints a token of an application or a user, valid or wrong, without a token request.',
    status: 201,
    body: tokenBody,
    answer: z.object({ access_token: z.string(), token_type: z.literal('Bearer') }),
    returnsSecret: true,
    run: async (context, body) => ({
      access_token: await context.tenant.issueToken(tokenOptions(context, body)),
      token_type: 'Bearer',
    }),
  }),
];

function tokenOptions(
  { landscape, tenant }: AdminContext,
  { application, binding: bindingName, ...body }: z.infer<typeof tokenBody>,
): TokenOptions {
  const binding = bindingName === undefined ? undefined : landscape.bindings.get(bindingName);
  const { claims: claimed, header, ...others } = body;
  return withoutUndefined({
    ...others,
    claims: claimed && withoutNull(claimed),
    header: header && withoutNull(header),
    application: application === undefined ? binding?.application : applicationOf(tenant, application),
    certificate: body.certificate ?? (binding && certificateOf(binding)),
  });
}

/** @throws {RangeError} if the tenant has no such application */
function applicationOf(tenant: AdministeredTenant, clientId: string | undefined): Application {
  const { applications } = tenant;
  const found =
    clientId === undefined ? applications[0] : applications.find((known) => known.clientId === clientId);
  if (found === undefined)
    throw new RangeError('The tenant has no such application. GET /status lists them.');
  return found;
}

/** @throws {RangeError} if the binding has no certificate */
function certificateOf({
  name: bindingName,
  credentials: { certificate },
}: {
  readonly name: string;
  readonly credentials: { readonly certificate?: string };
}): string {
  if (certificate === undefined) throw new RangeError(`The binding ${bindingName} has no certificate.`);
  return certificate;
}

function thumbprintIn(certificate: string): string {
  return certificateThumbprint(new X509Certificate(certificate));
}

/** JSON has no `undefined`, which removes a claim. */
function withoutNull(content: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, value ?? undefined]));
}

function withoutUndefined<Content extends object>(content: Content): Defined<Content> {
  return Object.fromEntries(
    Object.entries(content).filter(([, value]) => value !== undefined),
  ) as Defined<Content>;
}

/** Optional properties that are not `undefined`, as `exactOptionalPropertyTypes` requires. */
type Defined<Content> = { [Key in keyof Content]: Exclude<Content[Key], undefined> };
