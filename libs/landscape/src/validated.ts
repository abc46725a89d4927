import type { z } from 'zod';

/**
 * What a caller gave, if it has the shape it needs.
 *
 * @param what the name the caller knows it by
 * @throws {RangeError} with what is wrong first
 */
export function validated<Content>(schema: z.ZodType<Content>, value: unknown, what: string): Content {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RangeError(`${what}: ${explain(result.error)}`);
}

/** What is wrong first, and where. */
export function explain({ issues: [issue] }: z.ZodError, root = ''): string {
  const path = issue?.path.join('.') || root;
  return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'invalid'}`;
}
