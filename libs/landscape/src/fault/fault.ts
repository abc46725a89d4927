import { z } from 'zod';

const times = z.int().min(1).max(1_000_000).optional();
/** Lists all endpoints in the error, because each kind supports only some of them. */
const atEndpoints = (names: string) =>
  `must be ${names} for this kind; the endpoints are "token", "jwks", "discovery" and "connection"`;
const endpoint = z.enum(['token', 'jwks', 'discovery'], atEndpoints('"token", "jwks" or "discovery"'));
const tokenEndpoint = z.literal('token', atEndpoints('"token"'));
const connection = z.literal('connection', atEndpoints('"connection"'));
const milliseconds = z.int().min(0).max(600_000);
const common = { endpoint, times };

/** Schema of a fault, for the admin endpoint and for `Fault`. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** The answer starts after a delay of `milliseconds`. */
  z.strictObject({ kind: z.literal('latency'), ...common, milliseconds }),
  /** The body arrives byte by byte, `milliseconds` apart, so that an idle time-out never fires. */
  z.strictObject({ kind: z.literal('drip'), ...common, milliseconds }),
  /** The tenant resets the connection (RST) without an answer. */
  z.strictObject({ kind: z.literal('reset'), ...common }),
  /**
   * The connection violates HTTP: `upgrade` switches protocols (101), `close` ends without an answer, `half-close` ends
   * its own side only, `interim` sends interim answers (103) without end, `truncate` ends in the middle of the answer,
   * `stall` sends nothing more from there.
   */
  z.strictObject({
    kind: z.literal('break'),
    ...common,
    how: z.enum(['upgrade', 'close', 'half-close', 'interim', 'truncate', 'stall']),
  }),
  /** 429, with a `Retry-After` header if `retryAfter` (seconds or an HTTP date) is set. IAS documents no such header. */
  z.strictObject({
    kind: z.literal('throttle'),
    ...common,
    retryAfter: z.union([z.int().min(0), z.string().regex(/^[\x20-\x7e]{1,100}$/)]).optional(),
  }),
  /** An error status with a body that is not JSON, as from a proxy in front of IAS. */
  z.strictObject({ kind: z.literal('status'), ...common, status: z.int().min(400).max(599) }),
  /** 200 with an invalid body: `body`, or truncated JSON. */
  z.strictObject({ kind: z.literal('malformed'), ...common, body: z.string().max(100_000).optional() }),
  /** 200 with JSON of at least this many bytes. */
  z.strictObject({ kind: z.literal('oversized'), ...common, bytes: z.int().min(1).max(100_000_000) }),
  /** 307 to `location`. A client must not send its credentials there. */
  z.strictObject({ kind: z.literal('redirect'), ...common, location: z.url({ protocol: /^https?$/ }) }),
  /** The tenant's clock is ahead by `seconds`, or behind if negative. */
  z.strictObject({
    kind: z.literal('clock-skew'),
    endpoint: tokenEndpoint,
    times,
    seconds: z.int().min(-1_000_000_000).max(1_000_000_000),
  }),
  /** The tenant is down: it resets every connection, those in use included; `times` counts connections. */
  z.strictObject({ kind: z.literal('down'), endpoint: connection, times }),
  /** New connections get an expired server certificate; `times` counts handshakes. */
  z.strictObject({ kind: z.literal('expired-certificate'), endpoint: connection, times }),
]);

/** A fault of a tenant, for the next `times` requests; without `times`, until it is cleared. */
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** The endpoint that a fault applies to. */
export type FaultTarget = Fault['endpoint'];
