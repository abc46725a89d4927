import { z } from 'zod';
import { withoutUndefined } from '../option-validation.js';
import { routeOptionsSchema } from '../router/route-options.js';
import { type AdminOperation, operation } from './admin-operation.js';
import { BINDING_OPERATIONS } from './binding-operations.js';
import { TENANT_OPERATIONS } from './tenant-operations.js';
import { TOKEN_OPERATION } from './token-operation.js';

const routeBody = z.strictObject({
  host: z.string().max(253).meta({ description: 'Host name, without scheme, port and path' }),
  url: z
    .union([z.string(), z.array(z.string()).min(1)], 'must be a URL, or a list of URLs')
    .meta({ description: 'Base URL of each instance' }),
  ...routeOptionsSchema.partial().shape,
});

/** Every operation of the admin endpoint. The server and the OpenAPI document come from this table. */
export const ADMIN_OPERATIONS: readonly AdminOperation[] = [
  ...TENANT_OPERATIONS,
  ...BINDING_OPERATIONS,
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
  TOKEN_OPERATION,
];
