import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKEND, FRONTEND, StagedPlatform } from '../helper/staged-platform.js';
import type { AppName, InstanceOptions } from '../helper/staged-platform.js';
import { type DrillPicture, drillPictures } from './drill-pictures.js';
import { drillSections } from './drill-sections.js';
import { judge, renderReport } from './drill-report.js';
import type { DrillReport } from './drill-report.js';
import { mountAll, rotateByRolling, rotateInPlace, thumbprintOf } from './rotation-drill.js';
import { simulateTheft, replaceServiceInstance } from './theft-drill.js';
import type { Thief } from './thief.js';

/** The shortest token validity that IAS allows, in seconds (`docs/reference/ias-facts.md#token-policy`). */
const TOKEN_VALIDITY = 60;
/** Default of the guard's option `clockTolerance`, in seconds. */
const CLOCK_TOLERANCE = 30;

/** Settings of the drill. */
export interface DrillSettings {
  /** Number of callers that send requests without pauses. @default 8 */
  readonly callers?: number;
  /**
   * Seconds for which the backend accepts the thief's last token after the deletion of the binding. A shorter time
   * simulates a token that was fetched earlier, and shortens the drill.
   * @default the token validity plus the clock tolerance
   */
  readonly lastTokenAcceptedFor?: number;
  /** Called with a line for each step. */
  readonly report?: (line: string) => void;
  /** Stops the drill and every process that it started. */
  readonly signal?: AbortSignal;
}

/** Result of the drill. */
export interface DrillResult {
  readonly text: string;
  /** One sentence for each failure: a lost request, or an accepted attempt that must fail. */
  readonly findings: readonly string[];
  readonly pictures: readonly DrillPicture[];
  /** Markdown by the page of the documentation and the name of the section. */
  readonly sections: ReturnType<typeof drillSections>;
}

/**
 * Simulates two rotations of the frontend's certificate and its theft, with two instances of each app as processes
 * behind the landscape's router.
 */
export async function runDrill(settings: DrillSettings = {}): Promise<DrillResult> {
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-drill-'));
  settings.report?.('Starting the landscape and two instances of each app …');
  const platform = await StagedPlatform.start({ tokenValidity: TOKEN_VALIDITY });
  const mounts = ['one', 'two'].map((name) => join(folder, name));
  try {
    const report = await untilAborted(measure(platform, mounts, settings), settings.signal);
    return {
      text: renderReport(report),
      findings: judge(report),
      pictures: drillPictures(report),
      sections: drillSections(report),
    };
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
  const { callers = 8, report = () => undefined } = settings;
  const startCommand = 'start-line';
  const first = await platform.bind(FRONTEND);
  const launchTwo = async (name: AppName, options?: InstanceOptions) =>
    Promise.all([1, 2].map(async () => platform.launch(name, { startCommand, ...options })));
  platform.register(BACKEND, await launchTwo(BACKEND));
  platform.register(FRONTEND, await launchTwo(FRONTEND, { credentials: first }));

  report('Rotation: a second binding, instances replaced one by one …');
  const rolling = await rotateByRolling(platform, callers, first);

  report('Rotation: mounted files change in place …');
  const mountedFirst = await platform.bind(FRONTEND);
  await mountAll(mounts, mountedFirst);
  const unmounted = platform.instancesOf(FRONTEND);
  const mounted = mounts.map(async (mountedAt) =>
    platform.launch(FRONTEND, { startCommand, bindingForm: { mountedAt } }),
  );
  platform.register(FRONTEND, [...unmounted, ...(await Promise.all(mounted))]);
  for (const old of unmounted) await platform.retire(FRONTEND, old);
  const inPlace = await rotateInPlace(platform, callers, mountedFirst, mounts);

  report('Theft: the binding of the frontend was copied …');
  const stolen = inPlace.binding;
  const theft = await simulateTheft(platform, {
    callers,
    mounts,
    stolen,
    fetchLastToken: async (thief) => lastTokenOf(platform, thief, thumbprintOf(stolen), settings),
  });

  report('Theft: both apps move to another service instance …');
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

/** Rejects as soon as the signal aborts, without waiting for the work; the caller then stops what the work uses. */
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
  if (lastTokenAcceptedFor === undefined) return tokenIn((await thief.requestToken()).body);
  const exp = Math.floor(Date.now() / 1_000) + lastTokenAcceptedFor - CLOCK_TOLERANCE;
  return landscape.tenant.issueToken({ certificate, claims: { exp, iat: exp - TOKEN_VALIDITY } });
}

function tokenIn(body: string): string {
  return (JSON.parse(body) as { access_token: string }).access_token;
}
