import { resemblesIdentity } from 'nest-ias/internal';
import { findJson } from './json-in-text.js';
import { isKubernetesResource, servicesOfResource } from './kubernetes-secret.js';
import { isObject, textOf } from './service.js';
import type { Json, Service, Services } from './service.js';

/** Names of properties by which credentials are recognised, even if others are missing. */
const CREDENTIALS = ['clientid', 'clientsecret', 'certificate', 'credential-type', 'domains', 'certurl'];

/**
 * Reads services from a text: a service key, credentials, `VCAP_SERVICES`, the output of `cf env`, `cf service-key` or
 * `cf curl`, or of `kubectl get secret -o json`.
 *
 * @returns `undefined` for a text without any of them
 */
export function readBindingDocument(text: string): Services | undefined {
  const documents = findJson(text.replace(/^\u{feff}/u, ''));
  const services = documents.flatMap(({ label, value }) =>
    servicesIn(label === undefined ? value : { [label]: value }, value),
  );
  const isKnown =
    services.length > 0 || documents.some(({ value }) => isVcap(value) || isVcap(vcapOf(value)));
  return isKnown
    ? { services, app: appIn(documents.map(({ value }) => value)) ?? appInText(text) }
    : undefined;
}

/** @param labelled the value as the member of an object, if the text names it */
function servicesIn(labelled: unknown, value: unknown): Service[] {
  const vcap = vcapOf(labelled) ?? (isVcap(value) ? value : undefined);
  if (vcap !== undefined) return servicesOfVcap(vcap);
  if (!isObject(value)) return [];
  if (isKubernetesResource(value)) return servicesOfResource(value);
  const document = isObject(value['entity']) ? value['entity'] : value;
  if (isObject(document['credentials'])) return [keyOf(document, document['credentials'])];
  return CREDENTIALS.some((name) => name in value) ? [keyOf({}, value)] : [];
}

function keyOf(document: Json, credentials: unknown): Service {
  const label = textOf(document['label']);
  return {
    name: textOf(document['instance_name']) ?? (label === undefined ? undefined : textOf(document['name'])),
    label: label ?? (resemblesIdentity(credentials) ? 'identity' : undefined),
    credentials,
    origin: label === undefined ? 'key' : 'app',
  };
}

/** `VCAP_SERVICES` in `cf env`, in `default-env.json` (as text or object), and in `cf curl /v3/apps/…/env`. */
function vcapOf(value: unknown): Json | undefined {
  if (!isObject(value)) return undefined;
  const container = isObject(value['system_env_json']) ? value['system_env_json'] : value;
  const vcap = container['VCAP_SERVICES'];
  if (typeof vcap !== 'string') return isObject(vcap) ? vcap : undefined;
  const [parsed] = findJson(vcap);
  return isObject(parsed?.value) ? parsed.value : undefined;
}

/** An object of lists of instances, by label; empty if nothing is bound. */
function isVcap(value: unknown): value is Json {
  if (!isObject(value)) return false;
  return Object.values(value).every(
    (instances) =>
      Array.isArray(instances) && instances.every((one) => isObject(one) && 'credentials' in one),
  );
}

function servicesOfVcap(vcap: Json): Service[] {
  return Object.entries(vcap).flatMap(([label, instances]) =>
    (Array.isArray(instances) ? instances : []).filter(isObject).map((instance) => ({
      name: textOf(instance['name']) ?? textOf(instance['instance_name']),
      label: textOf(instance['label']) ?? label,
      credentials: instance['credentials'],
      origin: 'app' as const,
    })),
  );
}

function appIn(documents: readonly unknown[]): string | undefined {
  for (const document of documents) {
    if (!isObject(document)) continue;
    const application = isObject(document['application_env_json'])
      ? document['application_env_json']['VCAP_APPLICATION']
      : (document['VCAP_APPLICATION'] ?? document);
    const name = isObject(application) ? textOf(application['application_name']) : undefined;
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The first line of `cf env`. */
function appInText(text: string): string | undefined {
  return /^Getting env variables for app (\S+) in org /m.exec(text)?.[1];
}
