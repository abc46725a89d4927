import { type Answer, json } from '../http/answer.js';

/** A tenant as an application router asks for it. */
export interface TenantLogin {
  readonly url: string;
  readonly appTid: string;
  /** The first label of its host. */
  readonly subdomain: string;
}

const PATH = '/sap/rest/tenantLoginInfo';

/** Whether a path belongs to the API of BTP that `btp-tenant-api` of a binding names. */
export function isTenantLoginInfo(path: string): boolean {
  return path === PATH || path.startsWith(`${PATH}/`);
}

/**
 * Returns where the users of a tenant sign in: by subdomain in the path, or by `app_tid` in the parameter `id`, as
 * `@sap/approuter` asks (`docs/reference/ias-facts.md#btp-tenant-api`).
 */
export function tenantLoginInfo(
  path: string,
  query: URLSearchParams,
  tenants: readonly TenantLogin[],
): Answer {
  const subdomain = path.slice(PATH.length + 1);
  const id = query.get('id');
  const tenant = tenants.find((known) =>
    subdomain === '' ? known.appTid === id : known.subdomain === subdomain,
  );
  if (tenant === undefined) return json(404, { error: 'not_found' });
  const { url, appTid } = tenant;
  return json(200, {
    status: 'ACTIVE',
    authentication: 'ias',
    subdomain: tenant.subdomain,
    zoneId: appTid,
    app_tid: appTid,
    authorization_endpoint: `${url}/oauth2/authorize`,
    token_endpoint: `${url}/oauth2/token`,
    userinfo_endpoint: `${url}/oauth2/userinfo`,
    end_session_endpoint: `${url}/oauth2/logout`,
    oidc_metadata: `${url}/.well-known/openid-configuration`,
  });
}
