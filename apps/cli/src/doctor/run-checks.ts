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

type CheckFunction = (investigation: Investigation) => Finding | Promise<Finding>;

const CHECKS: Readonly<Record<CheckId, CheckFunction>> = {
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

/** The first check that needs a network. */
const FIRST_ONLINE = CHECK_IDS.indexOf('tenant');

/** Runs all checks in order. The result has exactly one entry for each id. */
export async function runChecks(
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

/** An unexpected error in one check must not end the report. */
async function findingOf(id: CheckId, investigation: Investigation): Promise<Finding> {
  try {
    return await CHECKS[id](investigation);
  } catch (error) {
    if (error instanceof BindingError)
      return broken('The app does not start with this binding', {
        cause: error.message,
        remedy: investigation.remedies.newCertificate,
        code: error.code,
      });
    return broken(`This check failed (${error instanceof Error ? error.name : typeof error})`, {
      cause: 'This command cannot handle the input. That is a bug in the command.',
      remedy: 'Report the bug, with the file of --report.',
    });
  }
}

/** An incomplete chain is only a warning while the tenant accepts the certificate. */
function judgeChain(check: Check, checks: readonly Check[]): Check {
  const token = checks.find(({ id }) => id === 'token');
  const isCulprit = check.id === 'chain' && check.status === 'warning' && token?.code === 'client_rejected';
  return isCulprit ? { ...check, status: 'broken' } : check;
}
