import { BindingError } from 'nest-ias/internal';
import { checkBinding } from './binding-check.js';
import { checkCertificate, checkChain, checkKey, checkValidity } from './certificate-checks.js';
import { broken, CHECK_IDS, obstacleTo, skippedFor } from './check.js';
import type { Check, CheckId, Finding } from './check.js';
import { checkCredentials } from './credentials-check.js';
import { checkClock, checkDiscovery } from './discovery-checks.js';
import { checkEnvironment, checkNode } from './environment-checks.js';
import type { Investigation } from './investigation.js';
import { checkKeys } from './keys-check.js';
import { checkTarget } from './target-check.js';
import { checkTenant } from './tenant-check.js';
import { checkConfirmation, checkToken } from './token-checks.js';

type Rung = (investigation: Investigation) => Finding | Promise<Finding>;

const RUNGS: Readonly<Record<CheckId, Rung>> = {
  node: () => checkNode(process.version),
  environment: checkEnvironment,
  binding: checkBinding,
  credentials: checkCredentials,
  certificate: checkCertificate,
  key: checkKey,
  validity: checkValidity,
  chain: checkChain,
  tenant: checkTenant,
  discovery: checkDiscovery,
  clock: checkClock,
  token: checkToken,
  confirmation: checkConfirmation,
  keys: checkKeys,
  target: checkTarget,
};

/** The first rung that needs a network. */
const FIRST_ONLINE = CHECK_IDS.indexOf('tenant');

/** Climbs the ladder. Each id has exactly one check in the result, in order. */
export async function climb(
  investigation: Investigation,
  note: (id: CheckId) => void,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [index, id] of CHECK_IDS.entries()) {
    const isOnline = index >= FIRST_ONLINE;
    const lacksAuthorities = isOnline && investigation.unreadable.has('authorities');
    const obstacle = obstacleTo(id, checks) ?? (lacksAuthorities ? 'environment' : undefined);
    const isOffline = investigation.options.offline === true && isOnline;
    if (obstacle !== undefined) checks.push({ id, ...skippedFor(obstacle) });
    else if (isOffline) checks.push({ id, status: 'skipped', summary: 'not checked with --offline' });
    else {
      note(id);
      checks.push({ id, ...(await findingOf(id, investigation)) });
    }
  }
  return checks.map((check) => judgeChain(check, checks));
}

/** Every run has the whole report, whatever a rung meets. */
async function findingOf(id: CheckId, investigation: Investigation): Promise<Finding> {
  try {
    return await RUNGS[id](investigation);
  } catch (error) {
    if (error instanceof BindingError)
      return broken('The app does not start with this binding', {
        cause: error.message,
        remedy: investigation.remedies.newCertificate,
        code: error.code,
      });
    return broken(`This check failed (${error instanceof Error ? error.name : typeof error})`, {
      cause: 'The input is of a kind that this command does not expect. That is a defect of the command.',
      remedy: 'Report the defect, with the file of --report.',
    });
  }
}

/** An incomplete chain is only a warning while the tenant accepts the certificate. */
function judgeChain(check: Check, checks: readonly Check[]): Check {
  const token = checks.find(({ id }) => id === 'token');
  const isCulprit = check.id === 'chain' && check.status === 'warning' && token?.code === 'client_rejected';
  return isCulprit ? { ...check, status: 'broken' } : check;
}
