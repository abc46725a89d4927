/** Where a binding comes from. The commands that fix it depend on this. */
type Origin = 'app' | 'key' | 'kubernetes';

/** A service as its source describes it; nothing in it is validated. */
export interface Service {
  /** `undefined` in a service key. */
  readonly name: string | undefined;
  /** Label of the service, `identity` for ours. A service key has none. */
  readonly label: string | undefined;
  readonly credentials: unknown;
  readonly origin: Origin;
  /** Rotation of the credentials by SAP BTP Operator, if the source contains it. */
  readonly rotation?: Rotation | undefined;
}

/** `credentialsRotationPolicy` of a ServiceBinding. */
export interface Rotation {
  readonly enabled: boolean;
  /** As written, e.g. `72h`. */
  readonly frequency: string | undefined;
}

/** Everything that a source contains. */
export interface Services {
  readonly services: readonly Service[];
  /** Name of the app, if the source contains it. */
  readonly app: string | undefined;
}

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
