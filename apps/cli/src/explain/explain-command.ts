import {
  BINDING_ERRORS,
  CONFIGURATION_ERRORS,
  DOWNSTREAM_ERRORS,
  REJECTIONS,
  TOKEN_REQUEST_ERRORS,
} from 'nest-ias/internal';
import type { Context } from '../context.js';
import { UsageError } from '../failures.js';
import { documentationUrl } from '../documentation.js';
import { formatSections } from '../text/lines.js';
import type { Line } from '../text/lines.js';
import { visibleValue } from '../text/visible.js';
import { REJECTION_CAUSES } from './rejection-causes.js';

const ERRORS = { ...BINDING_ERRORS, ...CONFIGURATION_ERRORS, ...TOKEN_REQUEST_ERRORS, ...DOWNSTREAM_ERRORS };

/** Every stable code that has an explanation. */
const EXPLAINED_CODES: readonly string[] = [...Object.keys(ERRORS), ...Object.keys(REJECTION_CAUSES)];

const has = <Table extends object>(table: Table, code: string): code is Extract<keyof Table, string> =>
  Object.hasOwn(table, code);

/**
 * `ias explain`: what a stable code means, why it appears, and what to do.
 *
 * @throws {UsageError} the code is unknown
 */
export function explain(code: string, { stdout }: Pick<Context, 'stdout'>): void {
  const lines = linesFor(code);
  if (lines === undefined) throw new UsageError(unknownCode(code));
  stdout.write(formatSections([{ title: code, lines }]));
}

function linesFor(code: string): Line[] | undefined {
  if (has(REJECTIONS, code)) {
    const { status, detail } = REJECTIONS[code];
    const { cause, remedy } = REJECTION_CAUSES[code];
    return [
      ['answer', `${status}: ${detail}`],
      ['cause', cause],
      ['do', remedy],
      ['more', documentationUrl(code)],
    ];
  }
  if (!has(ERRORS, code)) return undefined;
  const { meaning, remedy, ...failure } = ERRORS[code];
  return [
    ['cause', meaning],
    ...('kind' in failure ? [['kind', failure.kind] as const] : []),
    ['do', remedy],
    ['more', documentationUrl(code)],
  ];
}

function unknownCode(code: string): string {
  const similar = EXPLAINED_CODES.filter(
    (known) => known.includes(code) || code.includes(known.split('_')[0] ?? known),
  );
  const hint =
    similar.length > 0
      ? ` Similar codes: ${similar.slice(0, 5).join(', ')}.`
      : ' Codes look like client_rejected.';
  return `The code ${visibleValue(code, 60)} is unknown.${hint}`;
}
