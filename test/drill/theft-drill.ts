import { setTimeout as delay } from 'node:timers/promises';
import type { IdentityCredentials } from '@nest-ias/landscape';
import { decodeJwt } from 'jose';
import { RouterClient, RouterLoad } from '../helper/router-load.js';
import type { Answer } from '../helper/router-load.js';
import { BACKEND, FRONTEND } from '../helper/staged-platform.js';
import type { StagedPlatform } from '../helper/staged-platform.js';
import { waitUntil } from '../helper/wait-until.js';
import { CertificateWatch } from './certificate-watch.js';
import { mountAll, thumbprintOf } from './rotation-drill.js';
import { Thief } from './thief.js';
import type { Attempt } from './thief.js';

const POLL_MS = 500;
const QUIET_PERIOD_MS = 1_500;

/** Result of one attempt. */
export interface AttemptReport extends Pick<Attempt, 'possession' | 'action' | 'expected'> {
  readonly before: string;
  /** Result immediately after the deletion of the binding. */
  readonly after: string;
  /** Seconds from the deletion to the last success; undefined without a success after the deletion. */
  readonly workedFor: number | undefined;
  readonly accepted: { readonly before: boolean; readonly after: boolean };
}

/** Results of the theft, and its effect on legitimate callers. */
export interface TheftReport {
  readonly attempts: readonly AttemptReport[];
  /** Remaining validity of the stolen token at the deletion, in seconds. */
  readonly tokenLife: number;
  readonly requests: number;
  readonly lost: readonly string[];
}

/** Settings of the theft. */
export interface TheftSettings {
  readonly callers: number;
  /** Mounts of the attacked app's binding. */
  readonly mounts: readonly string[];
  /** The mounted binding, which the thief has copied. */
  readonly stolen: IdentityCredentials;
  /** Returns the last token that the thief fetches before the deletion of the binding. */
  readonly fetchLastToken: (thief: Thief) => Promise<string>;
}

/**
 * Simulates the theft of the frontend's binding. Its owner mounts another binding, waits until every instance uses it, and
 * deletes the stolen one. The thief makes all attempts before and after the deletion.
 */
export async function simulateTheft(
  platform: StagedPlatform,
  { callers, mounts, stolen, fetchLastToken }: TheftSettings,
): Promise<TheftReport> {
  const thief = await Thief.create(platform, stolen);
  const client = new RouterClient(platform.landscape.ca.pem);
  const watch = new CertificateWatch();
  const load = new RouterLoad(client, platform.homepage, callers, (body) => watch.note(body));
  try {
    // A new subject: IAS does not document how it distinguishes certificates with the same subject.
    const binding = await platform.bind(FRONTEND, `${FRONTEND}-2`);
    await mountAll(mounts, binding);
    await waitUntil(
      'answers without the stolen certificate',
      () =>
        watch.firstSeen(thumbprintOf(binding)) !== undefined &&
        Date.now() - (watch.lastSeen(thumbprintOf(stolen)) ?? 0) > QUIET_PERIOD_MS,
    );

    const token = await fetchLastToken(thief);
    const attempts = thief.attemptsWith(token);
    const before = await runAll(attempts);
    platform.landscape.removeBinding(stolen);
    const deletedAt = Date.now();
    const after = await runAll(attempts);
    await waitUntil('answers after the deletion', () => Date.now() - deletedAt > QUIET_PERIOD_MS);
    const lost = await load.stop();
    const workedFor = await Promise.all(
      attempts.map(async (attempt, index) =>
        isAnswered(after[index]) ? (await lastAnswered(attempt)) - deletedAt : undefined,
      ),
    );
    return {
      attempts: attempts.map(({ possession, action, expected }, index) => ({
        possession,
        action,
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

/** Results of the move to another service instance, which invalidates stolen tokens. */
export interface ReplacementReport {
  readonly before: string;
  readonly after: string;
  /** Seconds from the switch to the last success. */
  readonly workedFor: number;
  readonly refused: boolean;
}

/** Moves both apps to another service instance, blue-green: no app accepts the audience of the old tokens any more. */
export async function replaceServiceInstance(
  platform: StagedPlatform,
  stolen: IdentityCredentials,
  tokenValidity: number,
): Promise<ReplacementReport> {
  const { landscape } = platform;
  const thief = await Thief.create(platform, stolen);
  try {
    const token = await landscape.tenant.issueToken({ certificate: thumbprintOf(stolen) });
    const call = thief.attemptsWith(token).find(({ expected }) => expected === 'until expired');
    if (call === undefined) throw new Error('No attempt uses the stolen token.');
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

/** Repeats a successful attempt until it fails; returns the time of the last success in milliseconds. */
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

/** Describes an error by status and code. A success can contain a token, so its body is not shown. */
function describe(answer: Answer | undefined): string {
  if (answer === undefined || isAnswered(answer)) return 'answered';
  const { code, error } = JSON.parse(answer.body) as { code?: string; error?: string };
  return `${answer.status} ${code ?? error ?? ''}`.trim();
}

function expiryOf(token: string): number {
  return (decodeJwt(token).exp ?? 0) * 1_000;
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
