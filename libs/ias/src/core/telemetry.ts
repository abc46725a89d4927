import type * as OpenTelemetryApi from '@opentelemetry/api';
import manifest from '../../package.json' with { type: 'json' };
import type { Attributes, Histogram, Meter, ObservableResult, Tracer } from '@opentelemetry/api';
import type { FactoryProvider } from '@nestjs/common';
import { Clocks } from './clocks.js';
import type { Clock } from './clocks.js';

/** Values by name; the names follow the semantic conventions of OpenTelemetry where these have one. */
export type TelemetryAttributes = Readonly<Record<string, string | number>>;

/** Operations that are recorded as a span and as a histogram `<name>.duration`. */
type OperationName = 'ias.token.request' | 'ias.keys.fetch' | 'ias.verdict.fetch';

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
interface Metric {
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
   * @returns a function that removes it
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

type Api = typeof OpenTelemetryApi;

/** Descriptions of the histograms. */
const DURATIONS: Readonly<Record<OperationName, string>> = {
  'ias.token.request': 'Duration of token requests, including retries',
  'ias.keys.fetch': 'Duration of fetching the keys of an issuer',
  'ias.verdict.fetch': 'Duration of asking the tenant whether it accepts tokens for certain parties',
};

/** Seconds; the boundaries that OpenTelemetry recommends for HTTP requests. Those of the SDK are for milliseconds. */
const BUCKET_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** The `error.type` of OpenTelemetry for errors without their own type. */
const OTHER_ERROR = '_OTHER';

const HTTPS_PORT = 443;

/** Telemetry through the OpenTelemetry API. Without an SDK it records nothing and costs almost nothing. */
class OpenTelemetry implements Telemetry {
  readonly #api: Api;
  readonly #now: Clock;
  readonly #tracer: Tracer;
  readonly #meter: Meter;
  readonly #durations: Readonly<Record<OperationName, Histogram>>;

  /** @param now a monotonic clock, in milliseconds */
  constructor(api: Api, now: Clock) {
    this.#api = api;
    this.#now = now;
    this.#tracer = api.trace.getTracer(manifest.name, manifest.version);
    this.#meter = api.metrics.getMeter(manifest.name, manifest.version);
    this.#durations = {
      'ias.token.request': this.#duration('ias.token.request'),
      'ias.keys.fetch': this.#duration('ias.keys.fetch'),
      'ias.verdict.fetch': this.#duration('ias.verdict.fetch'),
    };
  }

  async observe<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    const { SpanKind, SpanStatusCode } = this.#api;
    const { name, server, errorTypeOf } = operation;
    const attributes = { ...serverAttributes(server), ...operation.attributes };
    return this.#tracer.startActiveSpan(name, { kind: SpanKind.INTERNAL, attributes }, async (span) => {
      const started = this.#now();
      let failure: Attributes = {};
      try {
        return await work();
      } catch (error) {
        failure = { 'error.type': errorTypeOf(error) ?? OTHER_ERROR };
        span.setAttributes(failure).setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        const seconds = (this.#now() - started) / 1_000;
        this.#durations[name].record(seconds, { ...attributes, ...failure });
        span.end();
      }
    });
  }

  counter({ name, ...options }: Metric): (attributes: Attributes) => void {
    const counter = this.#meter.createCounter(name, options);
    return (attributes) => counter.add(1, attributes);
  }

  gauge({ name, ...options }: Metric, measure: () => Iterable<Measurement>): () => void {
    const gauge = this.#meter.createObservableGauge(name, options);
    const observe = (result: ObservableResult) => {
      for (const [value, attributes] of measure()) result.observe(value, attributes);
    };
    gauge.addCallback(observe);
    return () => gauge.removeCallback(observe);
  }

  #duration(name: OperationName): Histogram {
    return this.#meter.createHistogram(`${name}.duration`, {
      description: DURATIONS[name],
      unit: 's',
      advice: { explicitBucketBoundaries: BUCKET_BOUNDARIES },
    });
  }
}

/** The API is an optional peer. */
export const LOADED_TELEMETRY: FactoryProvider<Telemetry> = {
  provide: IAS_TELEMETRY,
  inject: [Clocks],
  useFactory: async ({ monotonic }: Clocks) => {
    const api = await loadApi();
    return api === undefined ? NO_TELEMETRY : new OpenTelemetry(api, monotonic);
  },
};

async function loadApi(): Promise<Api | undefined> {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function serverAttributes(url: string): Attributes {
  const { hostname, port } = new URL(url);
  // the semantic conventions want an IPv6 address without the brackets of a URL
  return {
    'server.address': hostname.replaceAll(/[[\]]/g, ''),
    'server.port': port === '' ? HTTPS_PORT : Number(port),
  };
}
