import { z } from 'zod';
import { bindingRequestSchema } from '../binding/binding-request.js';
import { tenantLimitsSchema } from '../limit/tenant-limits.js';
import { CLIENT_KEYS } from '../pki/client-key.js';
import { routeOptionsSchema } from '../router/route-options.js';
import { TOKEN_VALIDITY_TEXT } from '../tenant/application-options.js';
import { tenantUserSchema } from '../tenant/tenant-user.js';
import { BINDING_FORMS } from './binding-files.js';

const port = z.int().min(0).max(65_535);
const text = z.string().min(1).max(1000);
const name = z.string().regex(/^[\w.-]{1,64}$/, 'must have 1 to 64 letters, digits, "_", "." and "-"');
const url = z.string().meta({ description: 'Base URL of an app, e.g. http://localhost:3001' });

const users = z.array(tenantUserSchema).min(1).meta({ description: 'Who can sign in. Default: two users' });

const application = z.strictObject({
  clientId: text.exactOptional().meta({ description: 'Default: random' }),
  tenant: name.exactOptional().meta({ description: 'Name in tenants. Default: the first tenant' }),
  providedApis: z.array(text).exactOptional(),
  grantTypes: z.array(text).exactOptional(),
  redirectUris: z.array(text).exactOptional().meta({ description: 'Default: any URI of this machine' }),
  postLogoutRedirectUris: z
    .array(text)
    .exactOptional()
    .meta({ description: 'Default: any URI of this machine' }),
  tokenValidity: z.int().exactOptional().meta({ description: TOKEN_VALIDITY_TEXT }),
  dependencies: z
    .record(text, z.strictObject({ application: name, apis: z.array(text).exactOptional() }))
    .exactOptional()
    .meta({ description: 'Applications that it can call, by the name of the dependency' }),
});

const tenant = z.strictObject({
  host: text.exactOptional().meta({ description: 'Host name. Default: localhost' }),
  port: port.exactOptional(),
  appTid: text.exactOptional().meta({ description: 'Default: random' }),
  customIssuer: text.exactOptional(),
  limits: tenantLimitsSchema.exactOptional(),
  users: users.exactOptional(),
  subscribesTo: z.array(name).exactOptional().meta({ description: 'Names in applications' }),
});

const writtenFile = z.strictObject({
  form: z.enum(BINDING_FORMS),
  path: text.meta({ description: 'File, or folder of a mounted binding, relative to the working directory' }),
  environment: z.record(text, z.string()).exactOptional().meta({
    description: 'Further variables of default-env; ${routes.HOST} is the URL of the route for HOST',
  }),
});

const binding = z.strictObject({
  application: name.exactOptional().meta({ description: 'Name in applications. Default: the first one' }),
  parameters: bindingRequestSchema.exactOptional().meta({ description: 'Default: X509_GENERATED' }),
  instance: name.exactOptional().meta({ description: 'Name of the service instance. Default: clicreIas' }),
  write: z.array(writtenFile).exactOptional().meta({ description: 'Files that the app reads' }),
});

const route = z.union([
  url,
  z.strictObject({ url: z.union([url, z.array(url).min(1)]), ...routeOptionsSchema.partial().shape }),
]);

/** Schema of `landscape.config.json`. */
export const landscapeConfigSchema = z.strictObject({
  $schema: z.string().exactOptional(),
  listen: text.exactOptional().meta({ description: 'Address of tenants and router. Default: 127.0.0.1' }),
  adminListen: text
    .exactOptional()
    .meta({ description: 'Address of the admin endpoint. Default: 127.0.0.1' }),
  hostNames: z.array(text).exactOptional().meta({ description: 'Names of this machine besides localhost' }),
  tenantHost: text.exactOptional().meta({ description: 'Host name of the first tenant. Default: localhost' }),
  ports: z
    .strictObject({ ias: port.exactOptional(), router: port.exactOptional(), admin: port.exactOptional() })
    .exactOptional()
    .meta({ description: '0 is any free port. Default: 0' }),
  appTid: text.exactOptional().meta({ description: 'app_tid of the first tenant. Default: random' }),
  customIssuer: text.exactOptional(),
  limits: tenantLimitsSchema.exactOptional().meta({ description: 'Limits of the first tenant' }),
  users: users.exactOptional(),
  clientKey: z.enum(CLIENT_KEYS).exactOptional().meta({ description: 'Default: RSA-2048' }),
  acceptEmptySecret: z.boolean().exactOptional(),
  applications: z.record(name, application).exactOptional().meta({ description: 'Default: one, app' }),
  tenants: z.record(name, tenant).exactOptional().meta({ description: 'Additional tenants' }),
  bindings: z.record(name, binding).exactOptional().meta({ description: 'Default: app, see the reference' }),
  routes: z.record(text, route).exactOptional().meta({ description: 'Apps by the host name of their route' }),
});

/** Content of `landscape.config.json`. */
export type LandscapeConfig = Readonly<z.infer<typeof landscapeConfigSchema>>;

/** A binding of the configuration. */
export type BindingConfig = z.infer<typeof binding>;

/** The landscape that `ias-landscape` starts without a configuration. */
export const DEFAULT_CONFIG: LandscapeConfig = {
  applications: { app: {} },
  bindings: { app: { write: [{ form: 'default-env', path: 'default-env.json' }] } },
};
