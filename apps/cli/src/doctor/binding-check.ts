import { BindingError, resemblesIdentity } from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import type { Service } from '../binding/service.js';
import { CommandError } from '../failures.js';
import { broken, ok } from './check.js';
import type { Finding } from './check.js';
import type { Investigation } from './investigation.js';
import { commandName } from '../repository.js';
import { Remedies } from './remedies.js';

/** Whether there is exactly one identity binding. */
export function checkBinding(investigation: Investigation): Finding {
  const { source, options } = investigation;
  if (source === undefined) return unreadable(investigation);
  const wanted = options.service ?? investigation.settings.serviceName;
  const candidates = source.services.filter(isCandidate);
  const selected = candidates.filter(
    ({ name }) => wanted === undefined || name === undefined || name === wanted,
  );
  const [service] = selected;
  if (service === undefined) return missing(investigation, candidates, wanted);
  if (selected.length > 1 && !isForReceivers(investigation, selected))
    return ambiguous(investigation, selected);
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

function unreadable({ sourceError: error, context }: Investigation): Finding {
  if (!(error instanceof BindingError) && !(error instanceof CommandError)) throw error;
  return broken('The binding cannot be read', {
    cause: error.message,
    remedy: `Correct the source, or name another with --from:\ncf env APP | ${commandName(context.environment)} doctor --from -`,
    code: error.code ?? 'binding_unreadable',
  });
}

function ambiguous(investigation: Investigation, services: readonly Service[]): Finding {
  const names = services.map(({ name }) => `"${name ?? '?'}"`).join(', ');
  return broken(`${services.length} identity instances are bound`, {
    cause: `The app fetches tokens with one instance, but ${names} are bound and none is chosen.`,
    remedy: chooseOne(investigation, services, 'Choose one'),
    code: 'binding_ambiguous',
  });
}

/** The command names the first instance. */
function chooseOne(investigation: Investigation, services: readonly Service[], what: string): string {
  const [service] = services;
  const { source } = investigation;
  const remedies = new Remedies(service, source?.app, investigation.credentialType);
  return `${what} in IAS_SERVICE_NAME (for this command: --service), for example:\n${remedies.set('IAS_SERVICE_NAME', service?.name ?? 'INSTANCE')}`;
}

function missing(
  investigation: Investigation,
  candidates: readonly Service[],
  wanted: string | undefined,
): Finding {
  const { source, remedies, options } = investigation;
  const code = 'binding_missing';
  if (candidates.length > 0) {
    return broken(`No identity instance has the name "${wanted ?? ''}"`, {
      cause: `The bound instances are ${candidates.map(({ name }) => `"${name ?? '?'}"`).join(', ')}.`,
      remedy: chooseOne(investigation, candidates, 'Correct the name'),
      code,
    });
  }
  const others = source?.services ?? [];
  const similar = others.find(({ credentials }) => resemblesIdentity(credentials)) ?? others[0];
  if (similar === undefined) {
    return broken('No instance of the identity service is bound', {
      cause: `There is no service with the label "identity" in ${source?.where ?? 'the source'}.`,
      remedy:
        options.from === undefined
          ? `To examine another source, name it with --from. To bind an instance to the app:\n${remedies.bind}`
          : remedies.bind,
      code,
    });
  }
  const isUserProvided = similar.label === 'user-provided';
  return broken('No service with the label "identity" is bound', {
    cause: isUserProvided
      ? `"${similar.name ?? '?'}" is a user-provided service. The apps read instances of the identity service only, whose credentials the platform rotates.`
      : `"${similar.name ?? '?'}" has the label "${similar.label ?? '?'}". The apps read instances of the identity service only.`,
    remedy: `Create an instance of the service "identity" and bind it:\n${remedies.bind}`,
    code,
  });
}
