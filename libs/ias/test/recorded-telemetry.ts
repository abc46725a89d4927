import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

const NEVER_MS = 3_600_000;

/** Spans and metrics of this process, in memory, from the OpenTelemetry SDK. */
export class RecordedTelemetry {
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: this.#metrics,
    exportIntervalMillis: NEVER_MS,
  });

  start(): void {
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.#spans)] }),
    );
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [this.#reader] }));
  }

  stop(): void {
    trace.disable();
    metrics.disable();
  }

  spans(): readonly ReadableSpan[] {
    return this.#spans.getFinishedSpans();
  }

  async metrics(): Promise<readonly ResourceMetrics[]> {
    await this.#reader.forceFlush();
    return this.#metrics.getMetrics();
  }
}
