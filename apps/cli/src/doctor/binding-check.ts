import { BindingError, resemblesIdentity } from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import type { Service } from '../binding/service.js';
import { CommandError } from '../failures.js';
import { broken, ok } from './check.js';
import type { Finding } from './check.js';
import type { Investigation } from './investigation.js';

/** Whether exactly one identity binding is there to examine. */
export function checkBinding(investigation: Investigation): Finding {
  const { source, sourceError, options } = investigation;
  if (source === undefined) return unreadable(sourceError);
  const wanted = options.service ?? investigation.settings.serviceName;
  const candidates = source.services.filter(isCandidate);
  const selected = candidates.filter(
    ({ name }) => wanted === undefined || name === undefined || name === wanted,
  );
  const [service] = selected;
  if (service === undefined) return missing(investigation, candidates, wanted);
  if (selected.length > 1 && !isForReceivers(investigation, selected)) return ambiguous(selected);
  investigation.service =
    wanted !== undefined && service.name === undefined ? { ...service, name: wanted } : service;
  if (isObject(service.credentials)) investigation.credentials = service.credentials;
  const others = selected.length > 1 ? ` (the first of ${selected.length}; --service selects another)` : '';
  return ok(`"${investigation.name}" from ${source.where}${others}`);
}

/** A service key has no label. */
function isCandidate({ label }: Service): boolean {
  return label === 'identity' || label === undefined;
}

/** Apps that only validate tokens accept those of all bound instances. */
function isForReceivers({ options: { role } }: Investigation, services: readonly Service[]): boolean {
  const areAllNone = services.every(
    ({ credentials }) => isObject(credentials) && credentials['credential-type'] === 'NONE',
  );
  return role === 'receiver' || (role === undefined && areAllNone);
}

function unreadable(error: unknown): Finding {
  if (!(error instanceof BindingError) && !(error instanceof CommandError)) throw error;
  return broken('The binding cannot be read', {
    cause: error.message,
    remedy:
      'Correct the source, or name another with --from: a service key, or the output of cf env, saved to a file.',
    code: error.code ?? 'binding_unreadable',
  });
}

function ambiguous(services: readonly Service[]): Finding {
  const names = services.map(({ name }) => `"${name ?? '?'}"`).join(', ');
  return broken(`${services.length} identity instances are bound`, {
    cause: `The app fetches tokens with one instance, but ${names} are bound and none is chosen.`,
    remedy: 'Set IAS_SERVICE_NAME to the name of one instance (for this command: --service).',
    code: 'binding_ambiguous',
  });
}

function missing(
  investigation: Investigation,
  candidates: readonly Service[],
  wanted: string | undefined,
): Finding {
  const { source, remedies } = investigation;
  const code = 'binding_missing';
  if (candidates.length > 0) {
    return broken(`No identity instance has the name "${wanted ?? ''}"`, {
      cause: `The bound instances are ${candidates.map(({ name }) => `"${name ?? '?'}"`).join(', ')}.`,
      remedy: 'Correct IAS_SERVICE_NAME (for this command: --service).',
      code,
    });
  }
  const others = source?.services ?? [];
  const similar = others.find(({ credentials }) => resemblesIdentity(credentials)) ?? others[0];
  if (similar === undefined) {
    return broken('No instance of the identity service is bound', {
      cause: `There is no service with the label "identity" in ${source?.where ?? 'the source'}.`,
      remedy: remedies.bind,
      code,
    });
  }
  const isUserProvided = similar.label === 'user-provided';
  return broken('No service with the label "identity" is bound', {
    cause: isUserProvided
      ? `"${similar.name ?? '?'}" is a user-provided service. The apps read instances of the identity service only, whose credentials the platform rotates.`
      : `"${similar.name ?? '?'}" has the label "${similar.label ?? '?'}". The apps read instances of the identity service only.`,
    remedy: `Create an instance of the service "identity" and bind it: ${remedies.bind}`,
    code,
  });
}
