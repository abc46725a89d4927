import type { IasEventName } from '../src/index.js';

/** Names of all events; the compiler reports a missing one. */
const ALL: Readonly<Record<IasEventName, true>> = {
  'token-request.started': true,
  'token-request.succeeded': true,
  'token-request.failed': true,
  'token.invalidated': true,
  'binding.renewed': true,
  'binding.refused': true,
  'certificate.expiring': true,
  'keys.fetched': true,
  'keys.failed': true,
  'circuit.opened': true,
  'circuit.closed': true,
  'cooldown.started': true,
  'cooldown.ended': true,
};

export const EVENT_NAMES = Object.keys(ALL) as readonly IasEventName[];
