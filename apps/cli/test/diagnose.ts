import { expect } from 'vitest';
import { SecretScanner } from '../../../test/helper/secret-scanner.js';
import { CHECK_IDS } from '../src/doctor/check.js';
import type { Check, CheckId } from '../src/doctor/check.js';
import { runIas } from './run-ias.js';
import type { RunOptions } from './run-ias.js';

/** The result of a run of the doctor, by check. */
export interface Diagnosed {
  readonly exitCode: number;
  readonly ok: boolean;
  readonly checks: Readonly<Record<CheckId, Check>>;
}

/** Runs the doctor on a binding (any JSON, or text), and checks what must hold for each run. */
export async function diagnose(
  binding: unknown,
  options: readonly string[] = [],
  run: RunOptions = {},
): Promise<Diagnosed> {
  const input = typeof binding === 'string' ? binding : JSON.stringify(binding);
  const from = binding === undefined ? [] : ['--from', '-'];
  const outcome = await runIas(['doctor', ...from, '--json', ...options], {
    ...run,
    ...(binding !== undefined && { input }),
  });
  expect(outcome.stderr).toBe('');
  expect(new SecretScanner().find(outcome.stdout)).toEqual([]);
  const { ok, checks } = JSON.parse(outcome.stdout) as { ok: boolean; checks: Check[] };
  expect(checks.map(({ id }) => id)).toEqual(CHECK_IDS);
  expect(outcome.exitCode).toBe(ok ? 0 : 2);
  expect(ok).toBe(checks.every(({ status }) => status !== 'broken'));
  return {
    exitCode: outcome.exitCode,
    ok,
    checks: Object.fromEntries(checks.map((check) => [check.id, check])) as Record<CheckId, Check>,
  };
}

/** What a seeded fault must be called. */
export interface Expected {
  readonly id: CheckId;
  readonly status?: 'warning' | 'broken';
  readonly cause: RegExp;
  readonly remedy: RegExp;
  readonly code?: string;
}

/** Asserts that a check names the fault, its cause and its remedy. */
export function expectFault(
  { checks }: Diagnosed,
  { id, status = 'broken', cause, remedy, code }: Expected,
): void {
  const found = checks[id];
  expect(found).toMatchObject({
    status,
    cause: expect.stringMatching(cause) as string,
    remedy: expect.stringMatching(remedy) as string,
    ...(code !== undefined && { code }),
  });
}

/** The ids of the checks with a status. */
export function withStatus({ checks }: Diagnosed, status: Check['status']): string[] {
  return Object.values(checks).flatMap((check) => (check.status === status ? [check.id] : []));
}
