import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { allInterfaces } from './listen-address.js';

const ATTEMPTS = 11;
const RETRY_MS = 200;

/**
 * Waits up to two seconds for a port that is in use: `nest start --watch` starts the next process while the previous
 * one still finishes its requests. If the port stays in use, `listen` fails.
 */
export async function waitForPort(port: number): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS && !(await isFree(port)); attempt += 1) await delay(RETRY_MS);
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
