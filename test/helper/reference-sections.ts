import { constantOf, membersOf, metricsOf, variablesOf } from './documented-declarations.js';

export const OPTIONS = membersOf('libs/ias/src/core/options.ts', 'IasModuleOptions');
export const EVENTS = membersOf('libs/ias/src/core/events.ts', 'IasEventMap');

const DURATIONS = Object.entries(constantOf('libs/ias/src/core/telemetry.ts', 'DURATIONS'));
const COUNTERS = metricsOf('libs/ias/src/token/token-telemetry.ts');
const GAUGES = metricsOf('libs/ias/src/health/certificate-gauge.ts');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const code = (text: string): string => `\`${text}\``;

const SERVER_VARIABLES = variablesOf('libs/runtime/src/server-settings.ts');
const FRONTEND_VARIABLES = variablesOf('apps/frontend/src/frontend-settings.ts');

/** Only a variable sets it. */
const PRIVATE_KEY = {
  text: 'PEM text of the private key for `X509_PROVIDED` and `X509_ATTESTED`, instead of a file.',
  defaultText: undefined,
};

/** The variables of options of `IasModule`, by option. */
const VARIABLES_OF_OPTIONS = constantOf('libs/ias/src/core/environment.ts', 'VARIABLES');

/** Sections of docs/reference/configuration.md. */
export const CONFIGURATION_SECTIONS = {
  variables: table(
    ['variable', 'app', 'meaning', 'default'],
    [
      ...SERVER_VARIABLES.map((variable) => ['both', variable] as const),
      ...FRONTEND_VARIABLES.map((variable) => ['frontend', variable] as const),
    ].map(([app, { name, text, defaultText = '—' }]) => [code(name), app, text, defaultText]),
  ),
  'variables of options': table(
    ['variable', 'option', 'meaning', 'default'],
    Object.entries(VARIABLES_OF_OPTIONS).map(([option, variable]) => {
      const { text, defaultText = '—' } = OPTIONS.find(({ name }) => name === option) ?? PRIVATE_KEY;
      const name = option === 'privateKey' ? '—' : code(option);
      return [code(variable), name, text.replace(`; ${code(variable)}`, ''), variableDefaultOf(defaultText)];
    }),
  ),
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

/** A default as the text of a variable: without the quotes and brackets of code. */
function variableDefaultOf(text: string): string {
  return defaultOf(text)
    .replace(/^`\[(.*)\]`/, (_, list: string) => (list === '' ? 'none' : code(list)))
    .replaceAll("'", '');
}

/** A value as code; the words behind it as text. */
function defaultOf(text: string): string {
  return text.replace(/^(?:'[^']*'|\[.*\]|\d+|true|false)/, code('$&'));
}
