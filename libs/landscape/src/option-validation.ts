import type { z } from 'zod';

/**
 * Returns a value of a caller if it matches a schema.
 * @param what the name of the value in the error
 * @throws {RangeError} with the first error
 */
export function validated<Content>(schema: z.ZodType<Content>, value: unknown, what: string): Content {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new RangeError(`${what}: ${explain(result.error)}`);
}

/** Describes the first error and its path. */
export function explain({ issues: [issue] }: z.ZodError, root = ''): string {
  const path = issue?.path.join('.') || root;
  return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'invalid'}`;
}

/** Leaves out the options that are `undefined`, as `exactOptionalPropertyTypes` requires. */
export function withoutUndefined<Content extends object>(content: Content): Defined<Content> {
  return Object.fromEntries(
    Object.entries(content).filter(([, value]) => value !== undefined),
  ) as Defined<Content>;
}

type Defined<Content> = { [Key in keyof Content]: Exclude<Content[Key], undefined> };
