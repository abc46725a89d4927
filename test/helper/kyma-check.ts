import { Gateway } from '@kubernetes-models/istio/networking.istio.io/v1alpha3/Gateway';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Service } from 'kubernetes-models/v1/Service';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { kymaResourceSchema } from './kyma-schemas.js';
import type { KymaResource } from './kyma-schemas.js';

type Kind = KymaResource['kind'];
type Resource<K extends Kind> = Extract<KymaResource, { kind: K }>;

/** Variables that `envsubst` replaces (docs/how-to/kyma.md). */
const VARIABLES = new Set(['DOMAIN', 'NAMESPACE', 'REGISTRY', 'VERSION']);

/** Published schemas. SAP and Kyma publish none for their operators, so only our own schemas check those resources. */
const PUBLISHED: Readonly<Record<string, new (resource: never) => { validate(): void }>> = {
  Deployment,
  Gateway,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
};

/** Returns one sentence for each error in the manifests. */
export function checkKymaManifests(manifests: readonly string[]): string[] {
  const findings: string[] = [];
  const resources = manifests
    .flatMap((manifest) => parseAllDocuments(manifest))
    .flatMap((document) => {
      const resource: unknown = document.toJS();
      const result = kymaResourceSchema.safeParse(resource);
      findings.push(...checkPublishedSchema(resource));
      if (result.success) return [result.data];
      findings.push(...result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
      return [];
    });
  if (findings.length > 0) return findings;

  const all = <K extends Kind>(kind: K) =>
    resources.filter((resource): resource is Resource<K> => resource.kind === kind);
  const names = (kind: Kind) => new Set(all(kind).map(({ metadata }) => metadata.name));
  const expectOneOf = (known: ReadonlySet<string>, name: string, what: string) => {
    if (!known.has(name)) findings.push(`${what} ${name} does not exist`);
  };

  for (const { spec } of all('ServiceBinding')) {
    expectOneOf(names('ServiceInstance'), spec.serviceInstanceName, 'ServiceInstance');
  }
  const secrets = new Set(all('ServiceBinding').map(({ spec }) => spec.secretName));
  const apps = new Set(all('Deployment').map(({ spec }) => spec.template.metadata.labels['app'] ?? ''));
  for (const { spec, metadata } of all('Deployment')) {
    const [container] = spec.template.spec.containers;
    for (const { secret } of spec.template.spec.volumes) expectOneOf(secrets, secret.secretName, 'Secret');
    const volumes = new Set(spec.template.spec.volumes.map((volume) => volume.name));
    for (const mount of container.volumeMounts) expectOneOf(volumes, mount.name, 'Volume');
    expectOneOf(apps, spec.selector.matchLabels['app'] ?? '', 'App');
    const ports = new Set(container.ports.map((port) => String(port.containerPort)));
    const listening = container.env.find(({ name }) => name === 'PORT')?.value ?? '';
    if (!ports.has(listening)) findings.push(`Deployment ${metadata.name} does not listen on its port`);
  }
  const budgets = new Set(
    all('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels['app'] ?? ''),
  );
  for (const { spec } of all('Deployment')) {
    const app = spec.selector.matchLabels['app'] ?? '';
    expectOneOf(budgets, app, 'PodDisruptionBudget of');
    for (const { labelSelector } of spec.template.spec.topologySpreadConstraints)
      if (labelSelector.matchLabels['app'] !== app) findings.push(`${app} is not spread by its own label`);
  }
  const policies = new Map(
    all('NetworkPolicy').map(({ spec }) => [spec.podSelector.matchLabels['app'] ?? '', spec.ingress[0]]),
  );
  for (const { spec } of all('Deployment')) {
    const app = spec.selector.matchLabels['app'] ?? '';
    const ingress = policies.get(app);
    if (ingress === undefined) findings.push(`NetworkPolicy of ${app} does not exist`);
    else if (spec.template.spec.containers[0].ports[0]?.containerPort !== ingress.ports[0].port)
      findings.push(`NetworkPolicy of ${app} admits another port`);
  }
  for (const { spec } of all('Service')) expectOneOf(apps, spec.selector['app'] ?? '', 'App');
  for (const { spec } of all('APIRule')) {
    expectOneOf(names('Service'), spec.service.name, 'Service');
    const gateways = new Set([...names('Gateway'), 'kyma-gateway']);
    expectOneOf(gateways, spec.gateway.split('/')[1] ?? '', 'Gateway');
  }
  const certificates = new Set(all('Certificate').map(({ spec }) => spec.secretName));
  for (const { spec } of all('Gateway')) {
    for (const { tls } of spec.servers) expectOneOf(certificates, tls.credentialName, 'Certificate');
  }
  return [...findings, ...all('ServiceBinding').flatMap(checkRotation), ...checkVariables(manifests)];
}

/** Checks all types and formats of Kubernetes and Istio. Only our own schemas reject unknown fields. */
function checkPublishedSchema(resource: unknown): string[] {
  const { kind } = z.looseObject({ kind: z.string() }).parse(resource);
  const Published = PUBLISHED[kind];
  if (Published === undefined) return [];
  try {
    new Published(resource as never).validate();
    return [];
  } catch (error) {
    return [`${kind}: ${(error as Error).message}`];
  }
}

/** Checks that a certificate stays valid while it is used: until the rotation, plus the overlap. */
function checkRotation({ metadata, spec }: Resource<'ServiceBinding'>): string[] {
  const { parameters, credentialsRotationPolicy: policy } = spec;
  if (parameters['credential-type'] === 'NONE') return [];
  if (policy === undefined) return [`ServiceBinding ${metadata.name} is never rotated`];
  const used = hoursOf(policy.rotationFrequency) + hoursOf(policy.rotatedBindingTTL);
  return used < parameters.validity * 24
    ? []
    : [`ServiceBinding ${metadata.name} is used for ${used} h, longer than its certificate is valid`];
}

function hoursOf(duration: string): number {
  const amount = Number.parseInt(duration, 10);
  return duration.endsWith('m') ? amount / 60 : amount;
}

function checkVariables(manifests: readonly string[]): string[] {
  return manifests
    .flatMap((manifest) => [...manifest.matchAll(/\$\{?(\w+)/g)])
    .filter(([, name = '']) => !VARIABLES.has(name))
    .map(([, name]) => `nothing sets \${${name}}`);
}
