import type { RotationReport } from './rotation-drill.js';
import type { AttemptReport, ReplacementReport, TheftReport } from './theft-drill.js';

/** Seconds by which a measured time can exceed its limit, because of polling and a busy machine. */
const TOLERANCE = 3;

/** Everything that the drill measured. */
export interface DrillReport {
  readonly callers: number;
  /** Seconds, like `clockTolerance`. */
  readonly tokenValidity: number;
  readonly clockTolerance: number;
  readonly rotations: readonly RotationReport[];
  readonly theft: TheftReport;
  readonly replacement: ReplacementReport;
}

/** Returns one sentence for each failure. */
export function judge({ rotations, theft, replacement, clockTolerance }: DrillReport): string[] {
  const bound = theft.tokenLife + clockTolerance + TOLERANCE;
  return [
    ...rotations.flatMap(({ how, lost }) => lostIn(`rotation (${how})`, lost)),
    ...lostIn('theft', theft.lost),
    ...theft.attempts.flatMap((attempt) => judgeAttempt(attempt, bound)),
    ...(replacement.refused
      ? []
      : ['The token of the old service instance was still accepted after the move.']),
  ];
}

function lostIn(phase: string, lost: readonly string[]): string[] {
  return lost.length === 0 ? [] : [`${phase}: ${lost.length} requests were lost, the first: ${lost[0]}`];
}

function judgeAttempt(
  { possession, action, expected, accepted, workedFor = 0 }: AttemptReport,
  bound: number,
): string[] {
  const attempt = `A thief with ${possession} who ${action}`;
  switch (expected) {
    case 'refused':
      return accepted.before || accepted.after ? [`${attempt} was accepted.`] : [];
    case 'until deleted':
      if (!accepted.before) return [`${attempt} was rejected too early: the drill proves nothing.`];
      return accepted.after ? [`${attempt} was accepted after the deletion.`] : [];
    case 'until expired':
    case 'platform':
      if (!accepted.before) return [`${attempt} was rejected too early: the drill proves nothing.`];
      return workedFor > bound ? [`${attempt} was accepted for ${workedFor.toFixed(1)} s.`] : [];
  }
}

/** Formats the report for a terminal. */
export function renderReport({
  callers,
  tokenValidity,
  clockTolerance,
  rotations,
  theft,
  replacement,
}: DrillReport): string {
  const accepted = Math.round(theft.tokenLife + clockTolerance);
  return [
    `Rotation: ${callers} callers without pauses; times in seconds after the new binding`,
    '',
    rotationTable(rotations),
    '',
    `Theft of the mounted binding: its owner mounts another one, then deletes the stolen one (${theft.requests} requests of legitimate callers, ${theft.lost.length} failed)`,
    '',
    theftTable(theft),
    '',
    'What limits these times',
    '',
    `- "requests a token from IAS": fails once the tenant knows that the binding is deleted. Here that is immediate; IAS documents no time.`,
    `- "with the stolen token": a backend does not learn that a binding is deleted. It accepts the token until it expires, plus ${clockTolerance} s of`,
    `  clock tolerance: here ${accepted} s. The token policy sets the validity: ${tokenValidity} s here, 3600 s by default.`,
    '- "past the router, and claims the .cert. host": a client that bypasses the router can set any header. The platform must',
    '  prevent this: no internal route to a protected app, no other app in its network.',
    `- Both apps moved to another service instance: the result of the stolen token was "${replacement.before}" before the switch and "${replacement.after}"`,
    `  ${replacement.workedFor.toFixed(1)} s after it. Only this invalidates the token before it expires.`,
    '- Not simulated: the backend rejects a deleted application within 15 minutes (verdict cache) and a withdrawn signing key',
    '  within 10 minutes (key refresh); both take at most an hour while the tenant is unreachable.',
    '',
  ].join('\n');
}

/** What callers got while certificates were rotated. */
export function rotationTable(rotations: readonly RotationReport[]): string {
  return table(
    ['how', 'requests', 'failed', 'new certificate from', 'old one until', 'answered after it was deleted'],
    rotations.map(({ how, requests, lost, firstWithNew, lastWithOld, afterDeletion }) => [
      how,
      String(requests),
      String(lost.length),
      firstWithNew.toFixed(1),
      lastWithOld.toFixed(1),
      String(afterDeletion),
    ]),
  );
}

/** What the thief got. */
export function theftTable({ attempts }: TheftReport): string {
  return table(
    ['the thief has', 'and', 'before', 'right after', 'worked for'],
    attempts.map(({ possession, action, before, after, workedFor, accepted: { before: worked } }) => [
      possession,
      action,
      before,
      after,
      workedFor === undefined ? (worked ? 'until the deletion' : 'never') : `${workedFor.toFixed(1)} s more`,
    ]),
  );
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [
    line(header),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}
