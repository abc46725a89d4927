import type { RotationReport } from './rotation-drill.js';
import type { AttemptReport, ReplacementReport, TheftReport } from './theft-drill.js';

/** Seconds that a measured time may exceed its bound: the poll, and a busy machine. */
const SLACK = 3;

/** Everything the drill has measured. */
export interface DrillReport {
  readonly callers: number;
  /** Seconds. */
  readonly tokenValidity: number;
  readonly clockTolerance: number;
  readonly rotations: readonly RotationReport[];
  readonly theft: TheftReport;
  readonly replacement: ReplacementReport;
}

/** What is not as it should be, one sentence each. */
export function judge({ rotations, theft, replacement, clockTolerance }: DrillReport): string[] {
  const bound = theft.tokenLife + clockTolerance + SLACK;
  return [
    ...rotations.flatMap(({ how, lost }) => lostIn(`rotation (${how})`, lost)),
    ...lostIn('theft', theft.lost),
    ...theft.attempts.flatMap((attempt) => judgeAttempt(attempt, bound)),
    ...(replacement.refused ? [] : ['The token of the old service instance was not refused after the move.']),
  ];
}

function lostIn(what: string, lost: readonly string[]): string[] {
  return lost.length === 0 ? [] : [`${what}: ${lost.length} requests were lost, the first: ${lost[0]}`];
}

function judgeAttempt(
  { loot, way, expected, accepted, workedFor = 0 }: AttemptReport,
  bound: number,
): string[] {
  const attempt = `A thief with ${loot} who ${way}`;
  switch (expected) {
    case 'refused':
      return accepted.before || accepted.after ? [`${attempt} was answered.`] : [];
    case 'until deleted':
      if (!accepted.before) return [`${attempt} was refused too early: the drill shows nothing.`];
      return accepted.after ? [`${attempt} was answered after the deletion.`] : [];
    case 'until expired':
    case 'platform':
      if (!accepted.before) return [`${attempt} was refused too early: the drill shows nothing.`];
      return workedFor > bound ? [`${attempt} was answered for ${workedFor.toFixed(1)} s.`] : [];
  }
}

/** The report as somebody at a terminal reads it. */
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
    `Rotation: ${callers} callers without a pause, times in seconds after the new binding`,
    '',
    table(
      ['how', 'requests', 'failed', 'new certificate from', 'old one until', 'answered after it was deleted'],
      rotations.map(({ how, requests, lost, firstWithNew, lastWithOld, afterDeletion }) => [
        how,
        String(requests),
        String(lost.length),
        firstWithNew.toFixed(1),
        lastWithOld.toFixed(1),
        String(afterDeletion),
      ]),
    ),
    '',
    `Theft of the mounted binding; its owner mounts another one, then deletes the stolen one (${theft.requests} requests of honest callers, ${theft.lost.length} failed)`,
    '',
    table(
      ['the thief has', 'and', 'before', 'right after', 'worked for'],
      theft.attempts.map(({ loot, way, before, after, workedFor, accepted: { before: worked } }) => [
        loot,
        way,
        before,
        after,
        workedFor === undefined
          ? worked
            ? 'until the deletion'
            : 'never'
          : `${workedFor.toFixed(1)} s more`,
      ]),
    ),
    '',
    'What bounds the times',
    '',
    `- "asks IAS for a token": ends when the tenant knows that the binding is deleted. Here at once; how fast IAS is, is not documented.`,
    `- "with the token he has": no backend is told of a deleted binding. The token is good until it expires and ${clockTolerance} s of`,
    `  clock tolerance are over, here ${accepted} s. It scales with the token policy: ${tokenValidity} s here, 3600 s unless the instance says otherwise.`,
    '- "past the router, and claims the .cert. host": whoever reaches an instance without the router can write any header, so the',
    '  platform has to close that way: no internal route to a protected app, no other app in its network.',
    `- Both apps moved to another service instance: the token he has was ${replacement.before} before and ${replacement.after} after,`,
    `  ${replacement.workedFor.toFixed(1)} s after the switch. That is the only way to be faster than the token expires.`,
    '- Not played: an application that the tenant deletes is refused within 15 minutes (verdict cache), a signing key that it',
    '  withdraws within 10 (refresh of the keys), both at most an hour while the tenant cannot be reached.',
    '',
  ].join('\n');
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
