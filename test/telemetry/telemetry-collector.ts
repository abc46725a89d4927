import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A value in OTLP's JSON, where 64-bit integers are numbers or text. */
interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
}

interface OtlpAttributes {
  readonly attributes: readonly { readonly key: string; readonly value: OtlpValue }[];
}

interface OtlpSpan extends OtlpAttributes {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
}

interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: { readonly dataPoints: readonly (OtlpAttributes & { explicitBounds: number[] })[] };
}

interface OtlpScope {
  readonly scope: { readonly name: string; readonly version?: string };
  readonly spans?: readonly OtlpSpan[];
  readonly metrics?: readonly OtlpMetric[];
}

interface OtlpResource {
  readonly resource: OtlpAttributes;
  readonly scopeSpans?: readonly OtlpScope[];
  readonly scopeMetrics?: readonly OtlpScope[];
}

interface Origin {
  readonly service: string;
  /** Name and version. */
  readonly scope: string;
}

interface Received extends Origin {
  readonly name: string;
}

/** A span as an app exported it. */
export interface ReceivedSpan extends Received {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly kind: 'internal' | 'server' | 'client';
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
}

/** A metric as an app exported it. */
export interface ReceivedMetric extends Received {
  readonly unit: string;
  /** Bucket boundaries of a histogram. */
  readonly boundaries: readonly number[] | undefined;
}

const KINDS = { 1: 'internal', 2: 'server', 3: 'client' } as const;

/** Receives spans and metrics of apps over OTLP with JSON, as an OpenTelemetry collector does. */
export class TelemetryCollector {
  readonly spans: ReceivedSpan[] = [];
  readonly metrics: ReceivedMetric[] = [];
  /** Every exported byte. */
  text = '';
  readonly #server: Server = createServer((request, response) => {
    void this.#receive(request).finally(() => response.end('{}'));
  });

  static async start(): Promise<TelemetryCollector> {
    const collector = new TelemetryCollector();
    collector.#server.listen(0, '127.0.0.1');
    await once(collector.#server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The variables of OpenTelemetry's specification that make an app send everything here, soon. */
  environmentOf(service: string): Record<string, string> {
    return {
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: this.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_METRIC_EXPORT_INTERVAL: '200',
      OTEL_METRIC_EXPORT_TIMEOUT: '200',
    };
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #receive(request: IncomingMessage): Promise<void> {
    const body = (await json(request)) as Record<string, readonly OtlpResource[] | undefined>;
    this.text += JSON.stringify(body);
    for (const { resource, scopeSpans = [], scopeMetrics = [] } of Object.values(body).flatMap(
      (all) => all ?? [],
    )) {
      const service = String(valuesOf(resource)['service.name']);
      for (const { scope, spans = [], metrics = [] } of [...scopeSpans, ...scopeMetrics]) {
        const origin = { service, scope: `${scope.name} ${scope.version}` };
        this.spans.push(...spans.map((span) => readSpan(span, origin)));
        this.metrics.push(...metrics.map((metric) => readMetric(metric, origin)));
      }
    }
  }
}

function readSpan({ traceId, spanId, parentSpanId, name, kind, ...span }: OtlpSpan, origin: Origin) {
  const kindName = KINDS[kind as keyof typeof KINDS];
  return { ...origin, traceId, spanId, parentSpanId, name, kind: kindName, attributes: valuesOf(span) };
}

function readMetric({ name, unit, histogram }: OtlpMetric, origin: Origin) {
  return { ...origin, name, unit, boundaries: histogram?.dataPoints[0]?.explicitBounds };
}

function valuesOf({ attributes }: OtlpAttributes): Record<string, string | number | undefined> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue && Number(value.intValue)),
    ]),
  );
}
