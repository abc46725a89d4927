import { checkBinding } from './binding-check.js';
import { checkCertificate, checkChain, checkKey, checkValidity } from './certificate-checks.js';
import { CHECK_IDS, obstacleTo } from './check.js';
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
    const obstacle = obstacleTo(id, checks);
    const isOffline = investigation.options.offline === true && index >= FIRST_ONLINE;
    if (obstacle !== undefined)
      checks.push({ id, status: 'skipped', summary: `needs "${obstacle}", which is broken` });
    else if (isOffline) checks.push({ id, status: 'skipped', summary: 'not checked with --offline' });
    else {
      note(id);
      checks.push({ id, ...(await RUNGS[id](investigation)) });
    }
  }
  return checks.map((check) => judgeChain(check, checks));
}

/** An incomplete chain is only a warning while the tenant accepts the certificate. */
function judgeChain(check: Check, checks: readonly Check[]): Check {
  const token = checks.find(({ id }) => id === 'token');
  const isCulprit = check.id === 'chain' && check.status === 'warning' && token?.code === 'client_rejected';
  return isCulprit ? { ...check, status: 'broken' } : check;
}
