import type { IasEventName } from '../src/index.js';

/** Of every event: the compiler asks for one that is new. */
const ALL: Readonly<Record<IasEventName, true>> = {
  'flight.started': true,
  'flight.succeeded': true,
  'flight.failed': true,
  'token.invalidated': true,
  'binding.renewed': true,
  'binding.refused': true,
  'certificate.expiring': true,
  'circuit.opened': true,
  'circuit.closed': true,
  'cooldown.started': true,
  'cooldown.ended': true,
};

export const EVENT_NAMES = Object.keys(ALL) as readonly IasEventName[];
