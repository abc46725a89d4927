import { beforeAll, describe, expect, it } from 'vitest';
import { playDrill } from './drill/drill.js';
import type { DrillResult } from './drill/drill.js';
import { judge } from './drill/drill-report.js';
import type { DrillReport } from './drill/drill-report.js';

describe('npm run drill', () => {
  let result: DrillResult;

  beforeAll(async () => {
    result = await playDrill({ callers: 4, lastTokenAcceptedFor: 6 });
  }, 90_000);

  it('loses no request, and gives a thief nothing that is not his', () => {
    expect(result.findings).toEqual([]);
  });

  it('shows what callers and the thief saw', () => {
    expect(result.text).toMatch(/\| a second binding, instances replaced one by one +\| \d+ +\| 0 /);
    expect(result.text).toMatch(/\| mounted files change in place, nothing restarts +\| \d+ +\| 0 /);
    expect(result.text).toMatch(
      /\| asks IAS for a token +\| answered +\| 401 invalid_client +\| until the del/,
    );
    expect(result.text).not.toMatch(/eyJ|PRIVATE KEY/);
  });
});

describe('the verdict of the drill', () => {
  const attempt = { loot: 'the token', way: 'calls', before: '', after: '', workedFor: undefined };
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

  it('is good where nothing happened', () => {
    expect(judge(good)).toEqual([]);
  });

  it.each<[string, DrillReport, RegExp]>([
    [
      'a request that a rotation lost',
      { ...good, rotations: [{ ...rotation, lost: ['502 gone'] }] },
      /1 requests were lost, the first: 502 gone/,
    ],
    [
      'a request that was lost in the theft',
      { ...good, theft: { ...good.theft, lost: ['503'] } },
      /theft: 1 req/,
    ],
    [
      'a thief who was answered before',
      withAttempt({ accepted: { before: true, after: false } }),
      /was answered/,
    ],
    [
      'a thief who was answered after',
      withAttempt({ accepted: { before: false, after: true } }),
      /was answered/,
    ],
    [
      'a token for the certificate of a deleted binding',
      withAttempt({ expected: 'until deleted', accepted: { before: true, after: true } }),
      /after the deletion/,
    ],
    [
      'a thief who never could do anything, so that nothing is proven',
      withAttempt({ expected: 'until deleted' }),
      /the drill shows nothing/,
    ],
    [
      'a token that outlives its bound',
      withAttempt({ expected: 'until expired', accepted: { before: true, after: true }, workedFor: 94 }),
      /answered for 94\.0 s/,
    ],
    [
      'a token that outlives its service instance',
      { ...good, replacement: { ...good.replacement, refused: false } },
      /not refused after the move/,
    ],
  ])('is bad with %s', (_, report, finding) => {
    expect(judge(report).join('\n')).toMatch(finding);
  });
});
