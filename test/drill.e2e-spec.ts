import { beforeEach, describe, expect, it } from 'vitest';
import { runDrill } from './drill/drill.js';
import type { DrillResult } from './drill/drill.js';
import { judge } from './drill/drill-report.js';
import type { DrillReport } from './drill/drill-report.js';
import { skipWithoutSignals } from './helper/process-tree.js';

describe('npm run drill', () => {
  let drill: Promise<DrillResult> | undefined;
  let result: DrillResult;

  beforeEach(async (context) => {
    skipWithoutSignals(context);
    drill ??= runDrill({ callers: 4, lastTokenAcceptedFor: 6 });
    result = await drill;
  }, 90_000);

  it('loses no request, and rejects every attempt of the thief that must fail', () => {
    expect(result.findings).toEqual([]);
  });

  it('reports what callers and the thief got', () => {
    expect(result.text).toMatch(/\| a second binding, instances replaced one by one +\| \d+ +\| 0 /);
    expect(result.text).toMatch(/\| mounted files change in place, nothing restarts +\| \d+ +\| 0 /);
    expect(result.text).toMatch(
      /\| requests a token from IAS +\| answered +\| 401 invalid_client +\| until the del/,
    );
    expect(result.text).not.toMatch(/eyJ|PRIVATE KEY/);
  });
});

describe('the findings of the drill', () => {
  const attempt = { possession: 'the token', action: 'calls', before: '', after: '', workedFor: undefined };
  const refused = { before: false, after: false };
  const rotation = {
    how: 'rolling',
    requests: 9,
    lost: [],
    firstWithNew: 1,
    lastWithOld: 1,
    afterDeletion: 1,
    binding: {} as never,
  };
  const good: DrillReport = {
    callers: 4,
    tokenValidity: 60,
    clockTolerance: 30,
    rotations: [rotation],
    theft: {
      attempts: [
        { ...attempt, expected: 'refused', accepted: refused },
        { ...attempt, expected: 'until deleted', accepted: { before: true, after: false } },
        { ...attempt, expected: 'until expired', accepted: { before: true, after: true }, workedFor: 89 },
        { ...attempt, expected: 'platform', accepted: { before: true, after: true }, workedFor: 89 },
      ],
      tokenLife: 60,
      requests: 9,
      lost: [],
    },
    replacement: { before: '', after: '', workedFor: 0, refused: true },
  };
  const withAttempt = (change: Partial<DrillReport['theft']['attempts'][number]>): DrillReport => ({
    ...good,
    theft: { ...good.theft, attempts: [{ ...attempt, expected: 'refused', accepted: refused, ...change }] },
  });

  it('is empty if nothing failed', () => {
    expect(judge(good)).toEqual([]);
  });

  it.each<[string, DrillReport, RegExp]>([
    [
      'a request lost in a rotation',
      { ...good, rotations: [{ ...rotation, lost: ['502 gone'] }] },
      /1 requests were lost, the first: 502 gone/,
    ],
    ['a request lost in the theft', { ...good, theft: { ...good.theft, lost: ['503'] } }, /theft: 1 req/],
    [
      'an attempt accepted before the deletion',
      withAttempt({ accepted: { before: true, after: false } }),
      /was accepted/,
    ],
    [
      'an attempt accepted after the deletion',
      withAttempt({ accepted: { before: false, after: true } }),
      /was accepted/,
    ],
    [
      'a token for the certificate of a deleted binding',
      withAttempt({ expected: 'until deleted', accepted: { before: true, after: true } }),
      /after the deletion/,
    ],
    [
      'an attempt that never succeeded, which proves nothing',
      withAttempt({ expected: 'until deleted' }),
      /the drill proves nothing/,
    ],
    [
      'a token that outlives its bound',
      withAttempt({ expected: 'until expired', accepted: { before: true, after: true }, workedFor: 94 }),
      /accepted for 94\.0 s/,
    ],
    [
      'a token that outlives its service instance',
      { ...good, replacement: { ...good.replacement, refused: false } },
      /still accepted after the move/,
    ],
  ])('reports %s', (_, report, finding) => {
    expect(judge(report).join('\n')).toMatch(finding);
  });
});
