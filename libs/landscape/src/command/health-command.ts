import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { LandscapePaths } from './landscape-paths.js';
import { StartError } from './start-error.js';

const TIMEOUT_MILLISECONDS = 2_000;
const DISCOVERY = '/.well-known/openid-configuration';

/**
 * Asks the running landscape of a folder for its discovery document, for health checks of containers.
 * @throws {StartError} if none runs, or it does not answer
 */
export async function checkHealth(root: string, print: (line: string) => void): Promise<void> {
  const { announcement, ca: caPath } = new LandscapePaths(root);
  let ias: string;
  let ca: string;
  try {
    ({ ias } = JSON.parse(await readFile(announcement, 'utf8')) as { ias: string });
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

/** Whether a landscape runs in a folder and answers. */
export async function isRunning(root: string): Promise<boolean> {
  return checkHealth(root, () => undefined).then(
    () => true,
    () => false,
  );
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
