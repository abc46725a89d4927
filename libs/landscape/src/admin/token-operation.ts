import { z } from 'zod';
import { withoutUndefined } from '../option-validation.js';
import type { TokenOptions } from '../tenant/minted-token.js';
import { tenantUserSchema } from '../tenant/tenant-user.js';
import { type AdminContext, operation } from './admin-operation.js';
import { applicationOf, certificateOf, nameSchema } from './administered-landscape.js';

const claims = z.record(z.string(), z.unknown());
const tokenBody = z.strictObject({
  application: nameSchema.optional().meta({ description: 'Client ID. Default: the first application' }),
  binding: nameSchema.optional().meta({ description: 'Bind the token to the certificate of this binding' }),
  certificate: z.string().max(50_000).optional().meta({ description: 'PEM or x5t#S256 thumbprint' }),
  user: tenantUserSchema.optional().meta({ description: 'Default: a token of the application itself' }),
  claims: claims.optional().meta({ description: 'Claims that override the defaults; null removes one' }),
  header: claims.optional().meta({ description: 'Header parameters, likewise' }),
  key: nameSchema.optional().meta({ description: 'kid of a key of the tenant. Default: its current key' }),
});

/** The operation that mints a token. */
export const TOKEN_OPERATION = operation({
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
});

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

/** JSON has no `undefined`, which removes a claim. */
function withoutNull(content: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(content).map(([key, value]) => [key, value ?? undefined]));
}
