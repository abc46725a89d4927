import { OwnedFiles } from '../file/owned-files.js';
import { KeepError, KeepFolder } from '../keep/keep-folder.js';
import { LandscapeKeeper } from '../keep/landscape-keeper.js';
import { BindingFiles } from './binding-files.js';
import { type ConfiguredLandscape, startConfigured } from './configured-landscape.js';
import { isRunning } from './health-command.js';
import { KeptRun } from './kept-run.js';
import type { LandscapeConfig } from './landscape-config.js';
import { type KeptCredentials, type RunningLandscape, writeLandscapeFiles } from './landscape-files.js';
import { LandscapeFolder } from './landscape-folder.js';
import { LandscapePaths } from './landscape-paths.js';
import { RefusalReport } from './refusal-report.js';
import { explainStartFailure, StartError } from './start-error.js';

const KEEP_ALIVE_INTERVAL_MS = 3_600_000;

/** Input of `runLandscape`. */
export interface LandscapeRun {
  readonly config: LandscapeConfig;
  /** The folder in which `.landscape` is, and which paths in the configuration are relative to. */
  readonly root: string;
  /** Bearer token of the admin endpoint. @default random */
  readonly adminToken?: string | undefined;
  /** The setting that chooses a port, for errors. */
  readonly settingOf: (port: 'ias' | 'router' | 'admin') => string;
  /** Whether authorities, client IDs, bindings and ports are kept for the next start. @default false */
  readonly keep?: boolean;
  /** Called with each message for the user. */
  readonly print: (line: string) => void;
  /** Called with the reason of each refused request. */
  readonly printError: (line: string) => void;
  /** Called when all files are written. */
  readonly ready: (running: RunningLandscape) => void;
  /** Resolves when the landscape must stop. */
  readonly ended: Promise<void>;
}

/**
 * Starts a landscape, writes the files that the apps need, and keeps it running until `ended` resolves. Then, and if the
 * start fails, it removes every file with a secret, except those that it keeps for the next start.
 * @throws {StartError} with one sentence why it cannot start
 */
export async function runLandscape(run: LandscapeRun): Promise<void> {
  const paths = new LandscapePaths(run.root);
  // Checked before this landscape may listen on the port of an earlier one that was killed.
  const other = await isRunning(run.root);
  const kept = run.keep === true ? await openKept(paths, run) : undefined;
  const config = kept?.config ?? run.config;
  const configured = await start({ ...run, config }, kept);
  // Its servers alone do not keep the process running.
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_INTERVAL_MS);
  const owned = new OwnedFiles();
  const files = new BindingFiles(owned);
  const folder = new LandscapeFolder(paths, owned);
  try {
    // Only after binding the ports: the error names a port that is in use, and how to choose another.
    if (other) {
      throw new StartError(
        `A landscape already runs in ${run.root}: stop it, or start this one in another folder.`,
      );
    }
    await kept?.begin(configured);
    const { root, print } = run;
    const keptCredentials: KeptCredentials = (...binding) => kept?.credentialsOf(configured, ...binding);
    const context = { config, root, configured, owned, files, folder, keptCredentials, print };
    const running = await writeLandscapeFiles(context);
    run.ready(running);
    await run.ended;
    await kept?.save();
  } catch (error) {
    throw explainFileFailure(error);
  } finally {
    try {
      await configured.landscape.stop();
    } finally {
      await owned.end();
      const left = [...(await files.removeMounted()), ...(await owned.removeSecrets())];
      if (left.length > 0) run.printError(`Remove these files, which contain secrets: ${left.join(', ')}`);
      clearInterval(keepAlive);
    }
  }
}

async function openKept(
  { kept: path, ca }: LandscapePaths,
  { config, print }: LandscapeRun,
): Promise<KeptRun> {
  try {
    const keeper = await LandscapeKeeper.open(new KeepFolder(path), config.hostNames ?? [], Date.now);
    const message = newAuthority(keeper);
    if (message !== undefined) print(`${message} Let clients trust ${ca}: ias-landscape trust --print`);
    return new KeptRun(keeper, config);
  } catch (error) {
    if (error instanceof KeepError) throw new StartError(error.message, { cause: error });
    throw explainFileFailure(error);
  }
}

/** Explains why clients do not trust the landscape yet. */
function newAuthority({ earlier, renewed }: LandscapeKeeper): string | undefined {
  if (renewed === 'expiry') return 'The kept authority expires soon, so the landscape made a new one.';
  if (renewed === 'host-names') return 'The landscape made a new authority for the new host names.';
  return earlier === undefined ? 'The landscape made an authority and keeps it.' : undefined;
}

async function start(
  { config, adminToken, settingOf, printError }: LandscapeRun,
  kept: KeptRun | undefined,
): Promise<ConfiguredLandscape> {
  const refusals = new RefusalReport(printError);
  try {
    return await startConfigured(config, adminToken, {
      ...kept?.extras,
      onRequest: (request) => refusals.add(request),
    });
  } catch (error) {
    const { ias = 0, router = 0 } = config.ports ?? {};
    throw explainStartFailure(error, (port) => {
      const [tenant] = Object.entries(config.tenants ?? {}).find(([, { port: own }]) => own === port) ?? [];
      if (port === ias) return settingOf('ias');
      if (port === router) return settingOf('router');
      return tenant === undefined ? settingOf('admin') : `the port of the tenant ${tenant}`;
    });
  }
}

function explainFileFailure(error: unknown): unknown {
  if (error instanceof RangeError) {
    return new StartError(`The landscape cannot start: ${error.message}`, { cause: error });
  }
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) return error;
  return new StartError(`The landscape cannot write its files (${message}).`, { cause: error });
}
