import { documentationUrl } from 'nest-ias/internal';
import project from '../../../../project.json' with { type: 'json' };
import { visible } from '../text/visible.js';
import type { Check, CheckId } from './check.js';

/** The result of a run, as `--json` prints it. */
export interface Diagnosis {
  /** Whether nothing is broken. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const SIGNS: Readonly<Record<Check['status'], string>> = { ok: '✓', warning: '!', broken: '✗', skipped: '-' };
const COLOURS: Readonly<Record<Check['status'], number>> = { ok: 32, warning: 33, broken: 31, skipped: 90 };
/** Shorter texts could match words in sentences. Real secrets are longer. */
const MIN_SECRET = 16;
const INDENT = ' '.repeat(16);
/** Keeps a command on its own line, so that you can copy it. */
const NEXT_LINE = `\n${INDENT}       `;
/** Documentation of faults that have no stable code. */
const PAGES: Readonly<Partial<Record<CheckId, string>>> = {
  credentials: 'explanation/credential-types.md',
  validity: 'how-to/rotate-certificates.md',
  clock: 'reference/errors.md#token_not_yet_valid',
  confirmation: 'explanation/cnf.md',
  target: 'explanation/the-router.md',
};

/**
 * Makes all texts of the checks safe to show: control characters escaped, and secrets removed, in case one gets into a
 * text.
 */
export function diagnosisOf(checks: readonly Check[], secrets: ReadonlySet<string>): Diagnosis {
  const hidden = [...secrets].filter(({ length }) => length >= MIN_SECRET);
  const redacted = (text: string) =>
    hidden.reduce((cleaned, secret) => cleaned.replaceAll(secret, '[redacted]'), text);
  const clean = (text: string) => visible(redacted(text));
  return {
    ok: checks.every(({ status }) => status !== 'broken'),
    checks: checks.map(({ id, status, summary, cause, remedy, code }) => ({
      id,
      status,
      summary: clean(summary),
      ...(cause !== undefined && { cause: clean(cause) }),
      ...(remedy !== undefined && { remedy: redacted(remedy).split('\n').map(visible).join('\n') }),
      ...(code !== undefined && { code }),
    })),
  };
}

export function formatJson(diagnosis: Diagnosis): string {
  const inOneLine = (key: string, value: unknown) =>
    key === 'remedy' && typeof value === 'string' ? value.replaceAll('\n', ' ') : value;
  return `${JSON.stringify(diagnosis, inOneLine, 2)}\n`;
}

/** @param colour whether the output is a terminal that shows colours */
export function formatDiagnosis({ ok, checks }: Diagnosis, colour: boolean): string {
  const lines = checks.flatMap((check) => formatCheck(check, colour));
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const verdict = ok ? 'Nothing is broken' : `${count('broken')} broken`;
  // The first broken check is often the cause of the others.
  const first = checks.find(({ status }) => status === 'broken');
  const advice = first === undefined ? '' : ` Fix "${first.id}" first, then run the doctor again.`;
  const warnings = count('warning') === 1 ? '1 warning' : `${count('warning')} warnings`;
  return `${lines.join('\n')}\n\n${verdict}, ${warnings}, ${count('skipped')} skipped.${advice}\n`;
}

function formatCheck({ id, status, summary, cause, remedy, code }: Check, colour: boolean): string[] {
  const sign = colour ? `\u{1b}[${COLOURS[status]}m${SIGNS[status]}\u{1b}[0m` : SIGNS[status];
  const details = [
    ['cause', cause],
    ['do', remedy?.replaceAll('\n', NEXT_LINE)],
    ['code', code],
    ['more', cause === undefined ? undefined : linkFor(id, code)],
  ] as const;
  return [
    `${sign} ${id.padEnd(13)} ${status === 'skipped' ? 'skipped: ' : ''}${summary}`,
    ...details.flatMap(([label, text]) =>
      text === undefined ? [] : [`${INDENT}${label.padEnd(5)}  ${text}`],
    ),
  ];
}

function linkFor(id: CheckId, code: string | undefined): string {
  return code === undefined
    ? `${project.documentation}/${PAGES[id] ?? 'how-to/find-out-what-is-wrong.md'}`
    : documentationUrl(code);
}
