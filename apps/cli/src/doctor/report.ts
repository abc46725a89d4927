import { documentationUrl } from 'nest-ias/internal';
import { visible } from '../text/visible.js';
import type { Check } from './check.js';

/** The result of a run, as `--json` prints it. */
export interface Diagnosis {
  /** Whether nothing is broken. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const SIGNS: Readonly<Record<Check['status'], string>> = { ok: '✓', warning: '!', broken: '✗', skipped: '-' };
const COLOURS: Readonly<Record<Check['status'], number>> = { ok: 32, warning: 33, broken: 31, skipped: 90 };
/** Shorter texts would match words of sentences. Real secrets are longer. */
const MIN_SECRET = 16;
const INDENT = ' '.repeat(16);

/**
 * Makes all texts of the checks safe to show: control characters escaped, and anything that must stay secret removed, should it
 * ever get into one.
 */
export function diagnosisOf(checks: readonly Check[], secrets: ReadonlySet<string>): Diagnosis {
  const hidden = [...secrets].filter(({ length }) => length >= MIN_SECRET);
  const clean = (text: string) =>
    visible(hidden.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[redacted]'), text));
  return {
    ok: checks.every(({ status }) => status !== 'broken'),
    checks: checks.map(({ id, status, summary, cause, remedy, code }) => ({
      id,
      status,
      summary: clean(summary),
      ...(cause !== undefined && { cause: clean(cause) }),
      ...(remedy !== undefined && { remedy: clean(remedy) }),
      ...(code !== undefined && { code }),
    })),
  };
}

/** @param colour whether the output is a terminal that shows colours */
export function formatDiagnosis({ ok, checks }: Diagnosis, colour: boolean): string {
  const lines = checks.flatMap((check) => formatCheck(check, colour));
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const verdict = ok ? 'Nothing is broken' : `${count('broken')} broken`;
  // What is broken first is often the cause of the rest.
  const first = checks.find(({ status }) => status === 'broken');
  const advice = first === undefined ? '' : ` Fix "${first.id}" first, then run the doctor again.`;
  const warnings = count('warning') === 1 ? '1 warning' : `${count('warning')} warnings`;
  return `${lines.join('\n')}\n\n${verdict}, ${warnings}, ${count('skipped')} skipped.${advice}\n`;
}

function formatCheck({ id, status, summary, cause, remedy, code }: Check, colour: boolean): string[] {
  const sign = colour ? `\u{1b}[${COLOURS[status]}m${SIGNS[status]}\u{1b}[0m` : SIGNS[status];
  const details = [
    ['cause', cause],
    ['do', remedy],
    ['code', code],
    ['more', code === undefined ? undefined : documentationUrl(code)],
  ] as const;
  return [
    `${sign} ${id.padEnd(13)} ${status === 'skipped' ? 'skipped: ' : ''}${summary}`,
    ...details.flatMap(([label, text]) =>
      text === undefined ? [] : [`${INDENT}${label.padEnd(5)}  ${text}`],
    ),
  ];
}
