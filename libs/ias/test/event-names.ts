import type { IasEventName } from '../src/index.js';

/** Of every event: the compiler asks for one that is new. */
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
