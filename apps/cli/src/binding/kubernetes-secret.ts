import { isObject, textOf } from './service.js';
import type { Json, Rotation, Service } from './service.js';

/** Reads the resources of `kubectl get … -o json`: secrets, and the service bindings that define how they rotate. */
export function servicesOfResource(resource: Json): Service[] {
  const items = Array.isArray(resource['items']) ? resource['items'].filter(isObject) : [resource];
  const bindings = items.filter(({ kind }) => kind === 'ServiceBinding');
  return items.filter(({ kind }) => kind === 'Secret').map((secret) => serviceOfSecret(secret, bindings));
}

export function isKubernetesResource({ apiVersion, kind }: Json): boolean {
  return typeof apiVersion === 'string' && typeof kind === 'string';
}

function serviceOfSecret(secret: Json, bindings: readonly Json[]): Service {
  const name = nameOf(secret);
  const properties = propertiesOf(secret);
  const credentials = credentialsOf(properties);
  const binding = bindings.find((candidate) => secretNameOf(candidate) === name);
  return {
    name: properties['instance_name'] ?? name,
    label: properties['label'] ?? properties['type'],
    credentials,
    origin: 'kubernetes',
    rotation: binding && rotationOf(binding),
  };
}

/** `data` is base64; `stringData` takes precedence (Kubernetes API, Secret). */
function propertiesOf({ data, stringData }: Json): Record<string, string> {
  const decoded = Object.entries(isObject(data) ? data : {}).map(
    ([key, value]) => [key, Buffer.from(textOf(value) ?? '', 'base64').toString('utf8')] as const,
  );
  const texts = Object.entries(isObject(stringData) ? stringData : {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return { ...Object.fromEntries(decoded), ...Object.fromEntries(texts) };
}

/** One entry for each property, or one entry with all of them as JSON (`secretKey`). */
function credentialsOf(properties: Readonly<Record<string, string>>): unknown {
  if (properties['clientid'] !== undefined) return properties;
  const documents = Object.values(properties).map(parseObject);
  return documents.find((document) => document?.['clientid'] !== undefined) ?? properties;
}

function parseObject(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function nameOf({ metadata }: Json): string | undefined {
  return isObject(metadata) ? textOf(metadata['name']) : undefined;
}

function secretNameOf(binding: Json): string | undefined {
  const { spec } = binding;
  return (isObject(spec) ? textOf(spec['secretName']) : undefined) ?? nameOf(binding);
}

function rotationOf({ spec }: Json): Rotation {
  const policy = isObject(spec) ? spec['credentialsRotationPolicy'] : undefined;
  if (!isObject(policy)) return { enabled: false, frequency: undefined };
  return { enabled: policy['enabled'] === true, frequency: textOf(policy['rotationFrequency']) };
}
