import { setTimeout as delay } from 'node:timers/promises';
import type { IdentityCredentials } from '@nest-ias/landscape';
import { RouterClient, RouterLoad } from '../helper/router-load.js';
import type { Answer } from '../helper/router-load.js';
import { BACKEND, FRONTEND } from '../helper/staged-platform.js';
import type { StagedPlatform } from '../helper/staged-platform.js';
import { until } from '../helper/until.js';
import { CertificateWatch } from './certificate-watch.js';
import { mountAll, thumbprintOf } from './rotation-drill.js';
import { Thief } from './thief.js';
import type { Attempt } from './thief.js';

const POLL_MS = 500;
const SILENCE_MS = 1_500;

/** What one attempt was worth. */
export interface AttemptReport extends Pick<Attempt, 'loot' | 'way' | 'expected'> {
  readonly before: string;
  /** Right after the binding was deleted. */
  readonly after: string;
  /** Seconds after the deletion at which it was last answered; undefined where it never was after it. */
  readonly workedFor: number | undefined;
  readonly accepted: { readonly before: boolean; readonly after: boolean };
}

/** What a theft was worth, and what callers noticed of the answer to it. */
export interface TheftReport {
  readonly attempts: readonly AttemptReport[];
  /** Seconds that the token which the thief held had to live, counted from the deletion. */
  readonly tokenLife: number;
  readonly requests: number;
  readonly lost: readonly string[];
}

/** What the theft is played with. */
export interface TheftSettings {
  readonly callers: number;
  /** Where the binding of the robbed app is mounted. */
  readonly mounts: readonly string[];
  /** The binding that is mounted there, and that the thief has copied. */
  readonly stolen: IdentityCredentials;
  /** The last token that the thief has fetched before the binding is deleted. */
  readonly fetchLastToken: (thief: Thief) => Promise<string>;
}

/**
 * The frontend's binding was copied. Its owner mounts another one, waits until every instance uses it, and deletes the
 * stolen one; the thief tries everything before and after.
 */
export async function playTheft(
  platform: StagedPlatform,
  { callers, mounts, stolen, fetchLastToken }: TheftSettings,
): Promise<TheftReport> {
  const thief = await Thief.rob(platform, stolen);
  const client = new RouterClient(platform.landscape.ca.pem);
  const watch = new CertificateWatch();
  const load = new RouterLoad(client, platform.homepage, callers, (body) => watch.note(body));
  try {
    // Another subject than the stolen certificate has: how a tenant tells two with the same one apart is not documented.
    const binding = await platform.bind(FRONTEND, `${FRONTEND}-2`);
    await mountAll(mounts, binding);
    await until(
      'answers without the stolen certificate',
      () =>
        watch.firstSeen(thumbprintOf(binding)) !== undefined &&
        Date.now() - (watch.lastSeen(thumbprintOf(stolen)) ?? 0) > SILENCE_MS,
    );

    const token = await fetchLastToken(thief);
    const attempts = thief.attemptsWith(token);
    const before = await runAll(attempts);
    platform.landscape.removeBinding(stolen);
    const deletedAt = Date.now();
    const after = await runAll(attempts);
    await until('answers after the deletion', () => Date.now() - deletedAt > SILENCE_MS);
    const lost = await load.stop();
    const workedFor = await Promise.all(
      attempts.map(async (attempt, index) =>
        isAnswered(after[index]) ? (await lastAnswered(attempt)) - deletedAt : undefined,
      ),
    );
    return {
      attempts: attempts.map(({ loot, way, expected }, index) => ({
        loot,
        way,
        expected,
        before: describe(before[index]),
        after: describe(after[index]),
        accepted: { before: isAnswered(before[index]), after: isAnswered(after[index]) },
        workedFor: toSeconds(workedFor[index]),
      })),
      tokenLife: (expiryOf(token) - deletedAt) / 1_000,
      requests: load.answered + lost.length,
      lost,
    };
  } finally {
    await load.stop();
    thief.close();
    client.close();
  }
}

/** What it takes to make the tokens worthless that a thief has fetched already. */
export interface ReplacementReport {
  readonly before: string;
  readonly after: string;
  /** Seconds from the moment on at which the new instances were ready. */
  readonly workedFor: number;
  readonly refused: boolean;
}

/** Both apps move to another service instance, blue-green: tokens for the old one are for an audience nobody accepts. */
export async function replaceServiceInstance(
  platform: StagedPlatform,
  stolen: IdentityCredentials,
  tokenValidity: number,
): Promise<ReplacementReport> {
  const { landscape } = platform;
  const thief = await Thief.rob(platform, stolen);
  try {
    const token = await landscape.tenant.issueToken({ certificate: thumbprintOf(stolen) });
    const call = thief.attemptsWith(token).find(({ expected }) => expected === 'until expired');
    if (call === undefined) throw new Error('The thief does not try to use his token.');
    const application = landscape.tenant.addApplication({ tokenValidity });
    const replacements = { [BACKEND]: { type: 'NONE' }, [FRONTEND]: { type: 'X509_GENERATED' } } as const;
    const green = await Promise.all(
      ([BACKEND, FRONTEND] as const).map(async (name) => {
        const credentials = await landscape.issueBinding(replacements[name], application);
        const options = { credentials, startCommand: 'start-line' } as const;
        return {
          name,
          instances: await Promise.all([platform.launch(name, options), platform.launch(name, options)]),
        };
      }),
    );
    const before = await call.run();
    const switchedAt = Date.now();
    for (const { name, instances } of green) platform.register(name, instances);
    const after = await call.run();
    return {
      before: describe(before),
      after: describe(after),
      refused: isAnswered(before) && !isAnswered(after),
      workedFor: (isAnswered(after) ? (await lastAnswered(call)) - switchedAt : 0) / 1_000,
    };
  } finally {
    thief.close();
  }
}

async function runAll(attempts: readonly Attempt[]): Promise<Answer[]> {
  return Promise.all(attempts.map(async ({ run }) => run()));
}

/** ms since the epoch; the attempt has been answered before. */
async function lastAnswered({ run }: Attempt): Promise<number> {
  let answeredAt = Date.now();
  while (isAnswered(await run())) {
    answeredAt = Date.now();
    await delay(POLL_MS);
  }
  return answeredAt;
}

function isAnswered(answer: Answer | undefined): boolean {
  return answer?.status === 200;
}

/** Status and code: the body of a problem or of an OAuth error; of a token or of claims nothing is repeated. */
function describe(answer: Answer | undefined): string {
  if (answer === undefined || isAnswered(answer)) return 'answered';
  const { code, error } = JSON.parse(answer.body) as { code?: string; error?: string };
  return `${answer.status} ${code ?? error ?? ''}`.trim();
}

function expiryOf(token: string): number {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return (JSON.parse(payload) as { exp: number }).exp * 1_000;
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
