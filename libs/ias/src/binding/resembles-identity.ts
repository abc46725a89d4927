/** Whether these can be credentials of the identity service, even incomplete ones. Those of XSUAA have `xsappname`. */
export function resemblesIdentity(credentials: unknown): boolean {
  if (!isObject(credentials) || typeof credentials['clientid'] !== 'string') return false;
  if (credentials['xsappname'] !== undefined) return false;
  return ['url', 'domains', 'credential-type'].some((property) => credentials[property] !== undefined);
}

/** Whether a value is an object with members, neither `null` nor an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
