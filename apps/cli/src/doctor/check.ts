/** The checks of the doctor, in order. */
export const CHECK_IDS = [
  'node',
  'environment',
  'binding',
  'credentials',
  'certificate',
  'key',
  'validity',
  'chain',
  'tenant',
  'discovery',
  'clock',
  'token',
  'confirmation',
  'keys',
  'target',
] as const;

export type CheckId = (typeof CHECK_IDS)[number];
type Status = 'ok' | 'warning' | 'broken' | 'skipped';

/** The result of a check. */
export interface Finding {
  readonly status: Status;
  /** The result in one line. */
  readonly summary: string;
  /** The cause. */
  readonly cause?: string;
  /** The remedy: a sentence, a command to copy, or both, each on its own line. */
  readonly remedy?: string;
  /** Stable code of the product, as in logs and problem responses. */
  readonly code?: string;
}

/** A finding with the id of its check. */
export interface Check extends Finding {
  readonly id: CheckId;
}

/** What a failed check reports besides its summary. */
interface Complaint {
  readonly cause: string;
  readonly remedy: string;
  readonly code?: string;
}

export const ok = (summary: string): Finding => ({ status: 'ok', summary });
export const skipped = (reason: string): Finding => ({ status: 'skipped', summary: reason });
/** For a check that depends on a broken one. */
export const skippedFor = (obstacle: CheckId): Finding => skipped(`needs "${obstacle}", which is broken`);
export const warning = (summary: string, complaint: Complaint): Finding => ({
  status: 'warning',
  summary,
  ...complaint,
});
export const broken = (summary: string, complaint: Complaint): Finding => ({
  status: 'broken',
  summary,
  ...complaint,
});

const after = (id: CheckId) => CHECK_IDS.slice(CHECK_IDS.indexOf(id) + 1);

/** The checks that are skipped if a check is broken. */
const DEPENDENTS: Readonly<Partial<Record<CheckId, readonly CheckId[]>>> = {
  binding: after('binding'),
  credentials: ['token', 'confirmation', 'target'],
  certificate: ['token', 'confirmation', 'target'],
  key: ['token', 'confirmation', 'target'],
  validity: ['token', 'confirmation', 'target'],
  tenant: after('tenant'),
  token: ['confirmation', 'keys', 'target'],
};

/** The first broken check that this one depends on. */
export function obstacleTo(id: CheckId, checks: readonly Check[]): CheckId | undefined {
  return checks.find((check) => check.status === 'broken' && DEPENDENTS[check.id]?.includes(id))?.id;
}
