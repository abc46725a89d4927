import type { IncomingHttpHeaders } from 'node:http';
import { trace } from '@opentelemetry/api';
import { currentRequest } from './correlation-context.js';

/** Fields of a log line that lead to the request in the router's log and to its trace. */
export interface RequestFields {
  /** The ID from Cloud Foundry's router. */
  readonly request_id?: string;
  /** The header of the caller or the router. */
  readonly w3c_traceparent?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Version, trace, parent and flags (W3C Trace Context §3.2). */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

/** The fields of the request that is being handled. */
export function currentRequestFields(): RequestFields {
  return requestFieldsOf(currentRequest()?.headers ?? {});
}

/** The fields from headers that are valid, and from the active span of OpenTelemetry if the process has an SDK. */
export function requestFieldsOf(headers: IncomingHttpHeaders): RequestFields {
  const [requestId] = match(UUID, headers['x-vcap-request-id']);
  const [traceparent, receivedTrace] = match(TRACEPARENT, headers['traceparent']);
  const span = trace.getActiveSpan()?.spanContext();
  const traceId = span?.traceId ?? receivedTrace;
  return {
    ...(requestId !== undefined && { request_id: requestId }),
    ...(traceparent !== undefined && { w3c_traceparent: traceparent }),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(span && { span_id: span.spanId }),
  };
}

function match(pattern: RegExp, header: string | string[] | undefined): readonly (string | undefined)[] {
  return (typeof header === 'string' && pattern.exec(header)) || [];
}
