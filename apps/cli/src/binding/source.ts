import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { visibleValue } from '../text/visible.js';
import { readBindingDocument } from './binding-document.js';
import { readInput } from './input.js';
import type { Services } from './service.js';

/** Options of every command that reads a binding. */
export interface BindingOptions {
  /** `vcap`, a file, or `-`. @default vcap */
  readonly from?: string | undefined;
  /** Name of the service instance. @default IAS_SERVICE_NAME, or the only instance */
  readonly service?: string | undefined;
}

/** The content of a source, and its name for sentences. */
export interface BindingSource extends Services {
  readonly where: string;
}

const ENVIRONMENT = 'vcap';

/**
 * Reads all services of the source that `--from` names.
 *
 * @throws {CommandError} the source contains no services; @throws {UsageError} it cannot be read
 */
export async function readSource(
  { from = ENVIRONMENT }: BindingOptions,
  context: Context,
): Promise<BindingSource> {
  if (from === ENVIRONMENT) {
    const { readEnvironment } = await import('./environment.js');
    return { ...readEnvironment(context.environment), where: 'the environment' };
  }
  const where = from === '-' ? 'standard input' : visibleValue(from);
  const document = readBindingDocument(await readInput(from, context));
  if (document !== undefined) return { ...document, where };
  throw new CommandError(
    `There is no binding in ${where}: use a service key, credentials as JSON, or the output of cf env, cf service-key, cf curl or kubectl get secret -o json.`,
    'binding_unreadable',
  );
}
