import { createHash, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { mountBinding } from '@nest-ias/landscape';
import type { IdentityCredentials } from '@nest-ias/landscape';
import { RouterClient, RouterLoad } from '../helper/router-load.js';
import { FRONTEND } from '../helper/staged-platform.js';
import type { StagedPlatform } from '../helper/staged-platform.js';
import { waitUntil } from '../helper/wait-until.js';
import { CertificateWatch } from './certificate-watch.js';

/** Every instance gets many requests in this time. A certificate that none of them presents is no longer in use. */
const QUIET_PERIOD_MS = 1_500;

/** Results of a certificate rotation. */
export interface RotationReport {
  readonly how: string;
  readonly requests: number;
  /** Outcome of each failed request. */
  readonly lost: readonly string[];
  /** Seconds since the new binding was created. */
  readonly firstWithNew: number;
  readonly lastWithOld: number;
  /** Number of requests answered after the deletion of the old binding. */
  readonly afterDeletion: number;
  /** The new binding. */
  readonly binding: IdentityCredentials;
}

/**
 * `cf bind-service --strategy multiple`, `cf restage --strategy rolling`, `cf cleanup-outdated-service-bindings`:
 * instances with the new binding replace the old ones, then the old binding is deleted.
 */
export async function rotateByRolling(
  platform: StagedPlatform,
  callers: number,
  old: IdentityCredentials,
): Promise<RotationReport> {
  return rotate(platform, callers, old, 'a second binding, instances replaced one by one', async (binding) =>
    platform.roll(FRONTEND, { credentials: binding, startCommand: 'start-line' }),
  );
}

/** Rotates as the operator in Kyma does: the files of the mounted secret change in one pod after the other, without restarts. */
export async function rotateInPlace(
  platform: StagedPlatform,
  callers: number,
  old: IdentityCredentials,
  mounts: readonly string[],
): Promise<RotationReport> {
  return rotate(platform, callers, old, 'mounted files change in place, nothing restarts', async (binding) =>
    mountAll(mounts, binding),
  );
}

/** Replaces the binding in each mount. */
export async function mountAll(mounts: readonly string[], binding: IdentityCredentials): Promise<void> {
  for (const mount of mounts) await mountBinding(mount, binding);
}

async function rotate(
  platform: StagedPlatform,
  callers: number,
  outdated: IdentityCredentials,
  how: string,
  change: (binding: IdentityCredentials) => Promise<void>,
): Promise<RotationReport> {
  const client = new RouterClient(platform.landscape.ca.pem);
  const watch = new CertificateWatch();
  const load = new RouterLoad(client, platform.homepage, callers, (body) => watch.note(body));
  try {
    await waitUntil('an answer before the change', () => load.answered > callers);
    const old = thumbprintOf(outdated);
    const binding = await platform.bind(FRONTEND);
    const started = Date.now();
    await change(binding);
    const fresh = thumbprintOf(binding);
    await waitUntil(
      'answers with the new certificate only',
      () => watch.firstSeen(fresh) !== undefined && Date.now() - (watch.lastSeen(old) ?? 0) > QUIET_PERIOD_MS,
    );

    platform.landscape.removeBinding(outdated);
    const removed = { at: Date.now(), answered: load.answered };
    await delay(QUIET_PERIOD_MS);
    await waitUntil('answers after the deletion', () => load.answered > removed.answered + callers);
    const lost = [...(await load.stop())];
    if ((watch.lastSeen(old) ?? 0) > removed.at)
      lost.push('answered with the certificate of a deleted binding');
    return {
      how,
      requests: load.answered + lost.length,
      lost,
      firstWithNew: secondsBetween(started, watch.firstSeen(fresh)),
      lastWithOld: secondsBetween(started, watch.lastSeen(old)),
      afterDeletion: load.answered - removed.answered,
      binding,
    };
  } finally {
    await load.stop();
    client.close();
  }
}

export function thumbprintOf({ certificate = '' }: IdentityCredentials): string {
  return createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
}

function secondsBetween(start: number, end = start): number {
  return (end - start) / 1_000;
}
