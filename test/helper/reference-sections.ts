import { constantOf, membersOf, metricsOf } from './documented-declarations.js';

export const OPTIONS = membersOf('libs/ias/src/core/options.ts', 'IasModuleOptions');
export const EVENTS = membersOf('libs/ias/src/core/events.ts', 'IasEventMap');

const DURATIONS = Object.entries(constantOf('libs/ias/src/core/telemetry.ts', 'DURATIONS'));
const COUNTERS = metricsOf('libs/ias/src/token/token-telemetry.ts');
const GAUGES = metricsOf('libs/ias/src/health/certificate-gauge.ts');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (text: string): string => `\`${text}\``;

/** Sections of docs/reference/configuration.md. */
export const CONFIGURATION_SECTIONS = {
  options: table(
    ['option', 'meaning', 'default'],
    OPTIONS.map(({ name, text, defaultText = '—' }) => [code(name), text, defaultOf(defaultText)]),
  ),
};

/** Sections of docs/reference/telemetry.md. */
export const TELEMETRY_SECTIONS = {
  metrics: table(
    ['metric', 'kind', 'unit', 'meaning'],
    [
      ...DURATIONS.map(([name, description]) => [code(`${name}.duration`), 'histogram', '`s`', description]),
      ...COUNTERS.map(({ name, unit, description }) => [code(name), 'counter', code(unit), description]),
      ...GAUGES.map(({ name, unit, description }) => [code(name), 'observed gauge', code(unit), description]),
    ],
  ),
  events: table(
    ['event', 'fields', 'when'],
    EVENTS.map(({ name, fields, text }) => [code(name), fields.map(code).join(', '), text]),
  ),
};

/** A value as code; the words behind it as text. */
function defaultOf(text: string): string {
  return text.replace(/^(?:'[^']*'|\[.*\]|\d+|true|false)/, code('$&'));
}
