import { BindingError } from '../errors/ias-error.js';
import { printable } from '../errors/printable.js';

/** A bound service instance as the platform describes it. */
export interface BoundInstance {
  readonly name: string;
  readonly credentials: unknown;
}

/**
 * Selects the instances that the app uses: the one with the configured name, or all.
 *
 * @param bound at least one
 * @throws {BindingError} code `binding_missing`: none has the name
 */
export function selectInstances(
  bound: readonly BoundInstance[],
  serviceName: string | undefined,
): readonly BoundInstance[] {
  const selected = serviceName === undefined ? bound : bound.filter(({ name }) => name === serviceName);
  if (selected.length > 0) return selected;
  throw new BindingError(
    'binding_missing',
    `No identity binding has the name "${printable(serviceName)}" (IAS_SERVICE_NAME): use one of ${bound.map(({ name }) => `"${printable(name)}"`).join(', ')}.`,
  );
}

/**
 * Selects the binding with which the app fetches tokens.
 *
 * @throws {BindingError} code `binding_ambiguous`
 */
export function onlyOne<Binding extends { readonly name: string }>(bindings: readonly Binding[]): Binding {
  const [first] = bindings;
  if (first !== undefined && bindings.length === 1) return first;
  throw new BindingError(
    'binding_ambiguous',
    `${bindings.length} identity bindings found (${bindings.map(({ name }) => `"${printable(name)}"`).join(', ')}), ` +
      'but the app fetches tokens with one: set IAS_SERVICE_NAME to its name.',
  );
}
