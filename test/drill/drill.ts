import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKEND, FRONTEND, StagedPlatform } from '../helper/staged-platform.js';
import type { AppName, InstanceOptions } from '../helper/staged-platform.js';
import { judge, renderReport } from './drill-report.js';
import type { DrillReport } from './drill-report.js';
import { mountAll, rotateByRolling, rotateInPlace, thumbprintOf } from './rotation-drill.js';
import { playTheft, replaceServiceInstance } from './theft-drill.js';
import type { Thief } from './thief.js';

/** Seconds: the shortest token policy of IAS (facts: 60 to 43200). */
const TOKEN_VALIDITY = 60;
/** Seconds that the guard accepts a token after it has expired: its option `clockTolerance`. */
const CLOCK_TOLERANCE = 30;

/** How the drill is played. */
export interface DrillSettings {
  /** Callers that ask without a pause. @default 8 */
  readonly callers?: number;
  /**
   * Seconds for which the backend accepts the last token of the thief after the binding is deleted; a shorter time spares the
   * wait, and stands for a token that was fetched earlier.
   * @default all its life, and the tolerance of the clock
   */
  readonly lastTokenAcceptedFor?: number;
  /** Told what is played while it is played. */
  readonly tell?: (line: string) => void;
  /** Ends the drill, and every process it started. */
  readonly signal?: AbortSignal;
}

/** What the drill has shown. */
export interface DrillResult {
  readonly text: string;
  /** What went wrong, one sentence each; none where no request was lost and no thief got what is not his. */
  readonly findings: readonly string[];
}

/**
 * Plays two changes of the frontend's certificate and the theft of it, against two instances of each app that run as
 * processes behind the landscape's router.
 */
export async function playDrill(settings: DrillSettings = {}): Promise<DrillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-drill-'));
  settings.tell?.('Starting the landscape and two instances of each app …');
  const platform = await StagedPlatform.start({ tokenValidity: TOKEN_VALIDITY });
  const mounts = ['one', 'two'].map((name) => join(folder, name));
  try {
    const report = await untilAborted(measure(platform, mounts, settings), settings.signal);
    return { text: renderReport(report), findings: judge(report) };
  } finally {
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  platform: StagedPlatform,
  mounts: readonly string[],
  settings: DrillSettings,
): Promise<DrillReport> {
  const { callers = 8, tell = () => undefined } = settings;
  const startCommand = 'start-line';
  const first = await platform.bind(FRONTEND);
  const launchTwo = async (name: AppName, options?: InstanceOptions) =>
    Promise.all([1, 2].map(async () => platform.launch(name, { startCommand, ...options })));
  platform.register(BACKEND, await launchTwo(BACKEND));
  platform.register(FRONTEND, await launchTwo(FRONTEND, { credentials: first }));

  tell('Rotation: a second binding, instances replaced one by one …');
  const rolling = await rotateByRolling(platform, callers, first);

  tell('Rotation: mounted files change in place …');
  const mountedFirst = await platform.bind(FRONTEND);
  await mountAll(mounts, mountedFirst);
  const unmounted = platform.instancesOf(FRONTEND);
  const mounted = mounts.map(async (mountedAt) =>
    platform.launch(FRONTEND, { startCommand, bindingForm: { mountedAt } }),
  );
  platform.register(FRONTEND, [...unmounted, ...(await Promise.all(mounted))]);
  for (const old of unmounted) await platform.retire(FRONTEND, old);
  const inPlace = await rotateInPlace(platform, callers, mountedFirst, mounts);

  tell('Theft: the binding of the frontend was copied …');
  const stolen = inPlace.binding;
  const theft = await playTheft(platform, {
    callers,
    mounts,
    stolen,
    fetchLastToken: async (thief) => lastTokenOf(platform, thief, thumbprintOf(stolen), settings),
  });

  tell('Theft: both apps move to another service instance …');
  const replacement = await replaceServiceInstance(platform, stolen, TOKEN_VALIDITY);
  return {
    callers,
    tokenValidity: TOKEN_VALIDITY,
    clockTolerance: CLOCK_TOLERANCE,
    rotations: [rolling, inPlace],
    theft,
    replacement,
  };
}

/** Does not wait for work that nobody wants any more; what it needs is taken away from it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const aborted = once(signal, 'abort').then(() => {
    throw new Error('The drill was interrupted.');
  });
  return Promise.race([work, aborted]);
}

async function lastTokenOf(
  { landscape }: StagedPlatform,
  thief: Thief,
  certificate: string,
  { lastTokenAcceptedFor }: DrillSettings,
): Promise<string> {
  if (lastTokenAcceptedFor === undefined) return tokenIn((await thief.askForToken()).body);
  const exp = Math.floor(Date.now() / 1_000) + lastTokenAcceptedFor - CLOCK_TOLERANCE;
  return landscape.tenant.issueToken({ certificate, claims: { exp, iat: exp - TOKEN_VALIDITY } });
}

function tokenIn(body: string): string {
  return (JSON.parse(body) as { access_token: string }).access_token;
}
