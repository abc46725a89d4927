/** Values by name; the names follow the semantic conventions of OpenTelemetry where these have one. */
export type TelemetryAttributes = Readonly<Record<string, string | number>>;

/** What is recorded as a span and as a histogram `<name>.duration`. */
export type OperationName = 'ias.token.request' | 'ias.keys.fetch' | 'ias.verdict.fetch';

/** One operation that {@link Telemetry} records. */
export interface Operation {
  readonly name: OperationName;
  /** URL of the tenant. */
  readonly server: string;
  readonly attributes?: TelemetryAttributes;
  /** `error.type` of a failure; undefined if the failure is unexpected. */
  readonly errorTypeOf: (error: unknown) => string | undefined;
}

/** Name, meaning and unit of a metric; units are those of UCUM. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
}

/** A value of a gauge and its attributes. */
export type Measurement = readonly [value: number, attributes: TelemetryAttributes];

/** Spans and metrics (docs/reference/telemetry.md). No attribute contains a token, a secret or a claim. */
export interface Telemetry {
  /** Does the work in an active span, so that the spans of its HTTP requests are children, and records its duration. */
  observe<T>(operation: Operation, work: () => Promise<T>): Promise<T>;
  /** @returns a function that counts one */
  counter(metric: Metric): (attributes: TelemetryAttributes) => void;
  /**
   * Adds a gauge that measures when metrics are collected.
   *
   * @returns a function that ends it
   */
  gauge(metric: Metric, measure: () => Iterable<Measurement>): () => void;
}

/** Injection token of the {@link Telemetry}. */
export const IAS_TELEMETRY = Symbol('IAS_TELEMETRY');

/** For apps without the OpenTelemetry API. */
export const NO_TELEMETRY: Telemetry = {
  observe: (_operation, work) => work(),
  counter: () => () => undefined,
  gauge: () => () => undefined,
};
