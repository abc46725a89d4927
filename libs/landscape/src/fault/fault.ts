import { z } from 'zod';

const times = z.int().min(1).max(1_000_000).optional();
const endpoint = z.enum(['token', 'jwks', 'discovery']);
const milliseconds = z.int().min(0).max(600_000);
const common = { endpoint, times };

/** A fault as it comes over the admin endpoint; the types of the API are derived from it. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** The answer starts late, after `milliseconds`. */
  z.strictObject({ kind: z.literal('latency'), ...common, milliseconds }),
  /** The body comes byte by byte, `milliseconds` apart: an idle time-out never fires. */
  z.strictObject({ kind: z.literal('drip'), ...common, milliseconds }),
  /** The connection is reset (RST), without an answer. */
  z.strictObject({ kind: z.literal('reset'), ...common }),
  /**
   * The connection does what no honest tenant does: `upgrade` switches protocols (101), `close` ends without an answer,
   * `half-close` ends its own side only, `interim` sends interim answers (103) without end, `truncate` ends in the middle
   * of the answer, `stall` falls silent there.
   */
  z.strictObject({
    kind: z.literal('break'),
    ...common,
    how: z.enum(['upgrade', 'close', 'half-close', 'interim', 'truncate', 'stall']),
  }),
  /** 429; with `retryAfter` (seconds, or an HTTP date) it says when to come back, IAS is not documented to. */
  z.strictObject({
    kind: z.literal('throttle'),
    ...common,
    retryAfter: z.union([z.int().min(0), z.string().regex(/^[\x20-\x7e]{1,100}$/)]).optional(),
  }),
  /** An error status with a body that is not JSON, as proxies in front of IAS send it. */
  z.strictObject({ kind: z.literal('status'), ...common, status: z.int().min(400).max(599) }),
  /** 200 with a body nobody can use; without `body` JSON that breaks off. */
  z.strictObject({ kind: z.literal('malformed'), ...common, body: z.string().max(100_000).optional() }),
  /** 200 with JSON of at least this many bytes. */
  z.strictObject({ kind: z.literal('oversized'), ...common, bytes: z.int().min(1).max(100_000_000) }),
  /** 307 to another place; credentials must not follow. */
  z.strictObject({ kind: z.literal('redirect'), ...common, location: z.url({ protocol: /^https?$/ }) }),
  /** The tenant's clock is ahead (or, negative, behind) by this many seconds. */
  z.strictObject({
    kind: z.literal('clock-skew'),
    endpoint: z.literal('token'),
    times,
    seconds: z.int().min(-1_000_000_000).max(1_000_000_000),
  }),
  /** New connections meet a server certificate that has expired; `times` counts handshakes. */
  z.strictObject({ kind: z.literal('expired-certificate'), endpoint: z.literal('connection'), times }),
]);

/** Something that goes wrong at a tenant, for the next `times` requests (without: until it is cleared). */
export type Fault = Readonly<z.infer<typeof faultSchema>>;

/** Where a fault applies. */
export type FaultTarget = Fault['endpoint'];
