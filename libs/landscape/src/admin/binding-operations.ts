import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { bindingRequestSchema } from '../binding/binding-request.js';
import { withoutUndefined } from '../option-validation.js';
import { certificateThumbprint } from '../pki/certificate-thumbprint.js';
import { SIGNING_ALGORITHMS } from '../tenant/signing-key.js';
import { type AdminOperation, operation } from './admin-operation.js';
import { applicationOf, certificateOf, nameSchema } from './administered-landscape.js';

const credentials = z.looseObject({ clientid: z.string(), url: z.string() });

const bindingBody = z.strictObject({
  name: nameSchema
    .optional()
    .meta({ description: 'Name for rotations and revocations. Default: binding-1, …' }),
  application: nameSchema.optional().meta({ description: 'Client ID. Default: the first application' }),
  parameters: bindingRequestSchema.optional().meta({ description: 'Default: {"type": "X509_GENERATED"}' }),
});
const rotationBody = z.union(
  [
    z.strictObject({ binding: nameSchema }),
    z.strictObject({
      signingKey: z.strictObject({
        keepOld: z.boolean().default(true),
        algorithm: z.enum(SIGNING_ALGORITHMS).optional(),
      }),
    }),
  ],
  `must be {"binding": name}, or {"signingKey": {"keepOld", "algorithm": ${SIGNING_ALGORITHMS.join(' or ')}}}`,
);
const revocationBody = z.union(
  [
    z.strictObject({ binding: nameSchema }),
    z.strictObject({
      certificate: z.string().max(50_000).meta({ description: 'PEM or x5t#S256 thumbprint' }),
    }),
  ],
  'must be {"binding": name}, or {"certificate": PEM or thumbprint}',
);

/** Operations that issue, rotate and revoke credentials. */
export const BINDING_OPERATIONS: readonly AdminOperation[] = [
  operation({
    method: 'POST',
    path: '/bindings',
    summary: 'Issues a binding and returns its credentials.',
    status: 201,
    body: bindingBody,
    answer: z.object({ name: z.string(), credentials }),
    returnsSecret: true,
    writesFiles: true,
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
    writesFiles: true,
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
    writesFiles: true,
    run: async ({ landscape, tenant }, body) => {
      const certificate =
        'binding' in body ? certificateOf(landscape.bindings.get(body.binding)) : body.certificate;
      const thumbprint = tenant.revokeCertificate(certificate);
      await landscape.onRevocation?.();
      return { thumbprint };
    },
  }),
];

function thumbprintIn(certificate: string): string {
  return certificateThumbprint(new X509Certificate(certificate));
}
