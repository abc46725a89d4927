import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { LandscapeUrls } from './landscape-folder.js';
import { LandscapePaths } from './landscape-paths.js';
import { StartError } from './start-error.js';

const TIMEOUT_MILLISECONDS = 2_000;
const DISCOVERY = '/.well-known/openid-configuration';

type Urls = Pick<LandscapeUrls, 'ias' | 'admin'>;

/**
 * Asks the running landscape of a folder for its discovery document, for health checks of containers.
 * @throws {StartError} if none runs, or it does not answer
 */
export async function checkHealth(root: string, print: (line: string) => void): Promise<void> {
  const { announcement, ca: caPath } = new LandscapePaths(root);
  let ias: string;
  let ca: string;
  try {
    ({ ias } = JSON.parse(await readFile(announcement, 'utf8')) as Urls);
    ca = await readFile(caPath, 'utf8');
  } catch (error) {
    throw new StartError(`No landscape runs in ${root}.`, { cause: error });
  }
  const status = await statusOf(new URL(ias).port, ca).catch((error: unknown) => {
    throw new StartError(`The landscape does not answer (${(error as Error).message}).`, { cause: error });
  });
  if (status !== 200) throw new StartError(`The landscape answers ${status}.`);
  print(`The landscape runs: IAS ${ias}`);
}

/** Whether a landscape runs in a folder, even one whose tenant has a fault such as `down`. */
export async function isRunning(root: string): Promise<boolean> {
  return checkHealth(root, () => undefined).then(
    () => true,
    async () => hasAdminEndpoint(root),
  );
}

/** Faults do not affect the admin endpoint. Off loopback it needs a token, so only the tenant is asked then. */
async function hasAdminEndpoint(root: string): Promise<boolean> {
  try {
    const { ias, admin } = JSON.parse(await readFile(new LandscapePaths(root).announcement, 'utf8')) as Urls;
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    const answer = await fetch(`${admin}/status`, { signal, redirect: 'error' });
    return ((await answer.json()) as Urls).ias === ias;
  } catch {
    return false;
  }
}

/** Every server certificate of a landscape names `localhost`, so that no name has to be resolved. */
async function statusOf(port: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername: 'localhost', path: DISCOVERY, ca, agent: false };
    const sent = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.setTimeout(TIMEOUT_MILLISECONDS, () => sent.destroy(new Error('no answer in time')));
    sent.once('error', reject).end();
  });
}
