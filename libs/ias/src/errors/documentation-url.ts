import project from '../../../../project.json' with { type: 'json' };

/**
 * The address of the documentation of a stable code: why it appears, how to see it, and what to do. It is the `type` of
 * problem details (RFC 9457 §3.1.1).
 *
 * @param code code of an error, of a rejection or of problem details of the apps of this repository
 */
export function documentationUrl(code: string): string {
  return `${project.documentation}/reference/errors.md#${code}`;
}
