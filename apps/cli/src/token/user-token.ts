import { decodeCompactJws } from 'nest-ias/internal';
import { readInput } from '../binding/input.js';
import type { Context } from '../context.js';
import { UsageError } from '../failures.js';

/**
 * Reads the token of `--on-behalf-of`.
 *
 * @throws {UsageError} it is not a JWT, or the binding is on standard input, too
 */
export async function readUserToken(
  { onBehalfOf, from }: { readonly onBehalfOf?: string | undefined; readonly from?: string | undefined },
  context: Context,
): Promise<string | undefined> {
  if (onBehalfOf === undefined) return undefined;
  if (onBehalfOf === '-' && from === '-')
    throw new UsageError(
      'Standard input cannot contain both the binding and the token: save the binding to a file.',
    );
  const token = (await readInput(onBehalfOf, context)).trim();
  try {
    decodeCompactJws(token);
  } catch {
    throw new UsageError(
      'The input of --on-behalf-of is not a JWT: pipe the access token of the user into the command.',
    );
  }
  return token;
}
