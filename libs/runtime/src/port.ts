import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { allInterfaces } from './listen-address.js';

const PATIENCE_MS = 2_000;
const RETRY_MS = 200;

/**
 * Waits a moment for a port that is in use: `nest start --watch` starts the next process while the last one still
 * finishes what runs. Whether the port can be had in the end is for `listen` to say.
 */
export async function waitForPort(port: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isFree(port)) && Date.now() < deadline) await delay(RETRY_MS);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, allInterfaces());
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
