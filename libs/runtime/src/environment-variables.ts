import { ConfigurationError } from 'nest-ias';
import { z } from 'zod';

/**
 * Reads environment variables. Each field of the schema is named after its variable. The error for an invalid value
 * contains the description of the field.
 *
 * @throws {ConfigurationError} naming the first variable whose value is invalid
 */
export function readVariables<T extends z.ZodObject>(schema: T, environment: NodeJS.ProcessEnv): z.output<T> {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const name = String(result.error.issues[0]?.path[0]);
  const expected = (schema.shape as Record<string, z.ZodType>)[name]?.description;
  throw new ConfigurationError(
    `The environment variable ${name} is not ${expected}: correct it and start again.`,
  );
}

/** A whole number with no more digits than `maximum`. */
export function wholeNumber(minimum: number, maximum: number): z.ZodType<number, string> {
  const digits = new RegExp(String.raw`^\d{1,${String(maximum).length}}$`);
  return z
    .string()
    .trim()
    .regex(digits)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum);
}
