import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { checkKymaManifests } from './helper/kyma-check.js';

const FOLDER = 'deploy/kyma';
const MANIFESTS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join(FOLDER, file), 'utf8'));

/** Returns the manifests with all occurrences of one text replaced. */
function broken(text: string, replacement: string): string[] {
  expect(MANIFESTS.join('\n')).toContain(text);
  return MANIFESTS.map((manifest) => manifest.replaceAll(text, replacement));
}

describe('the manifests for Kyma', () => {
  it('can be applied', () => {
    expect(checkKymaManifests(MANIFESTS)).toEqual([]);
  });

  it('create the same service instance as on Cloud Foundry', () => {
    const instance = MANIFESTS.flatMap((manifest) => parseAllDocuments(manifest))
      .map((document) => document.toJS() as { kind: string; spec: { parameters: unknown } })
      .find(({ kind }) => kind === 'ServiceInstance');
    expect(instance?.spec.parameters).toEqual(parse(readFileSync('config_ias.json', 'utf8')));
  });

  it.each([
    ['a misspelt field', 'readinessProbe', 'readynessProbe', /Unrecognized key.*readynessProbe/],
    ['more replicas than Kubernetes can count', 'replicas: 2', 'replicas: 3000000000', /Deployment:.*int32/],
    ['a mode that Istio does not know', 'mode: MUTUAL', 'mode: BOTH', /Gateway:.*one of/],
    ['a port that is text', 'port: 80\n    ', "port: '80'\n    ", /Service:.*integer/],
    ['an unknown kind', 'kind: APIRule', 'kind: ApiRule', /kind: Invalid/],
    ['an old version', 'gateway.kyma-project.io/v2', 'gateway.kyma-project.io/v1beta1', /apiVersion/],
    [
      'a mount in an unknown directory',
      'sapcp/identity',
      'sapcp/ias',
      /is not a directory that @sap\/xsenv reads/,
    ],
    [
      'a secret that does not exist',
      'secretName: frontendclicer-identity\n  par',
      'secretName: other\n  par',
      /Secret frontendclicer-identity does not exist/,
    ],
    [
      'an instance that does not exist',
      'serviceInstanceName: clicreias',
      'serviceInstanceName: other',
      /ServiceInstance other does not exist/,
    ],
    [
      'a gateway that does not exist',
      '/cert-gateway',
      '/mtls-gateway',
      /Gateway mtls-gateway does not exist/,
    ],
    ['a port without a listener', "value: '8080'", "value: '8081'", /does not listen on its port/],
    [
      'a certificate that expires too early',
      'validity: 7',
      'validity: 5',
      /used for 120 h, longer than its certificate/,
    ],
    ['a duration in days', '72h', '3d', /is not a duration/],
    [
      'privileges',
      'allowPrivilegeEscalation: false',
      'allowPrivilegeEscalation: true',
      /allowPrivilegeEscalation/,
    ],
    [
      'a budget of another app',
      'maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: backendclicer',
      'maxUnavailable: 1\n  selector:\n    matchLabels:\n      app: other',
      /PodDisruptionBudget of backendclicer does not exist/,
    ],
    [
      'a policy for another app',
      'podSelector:\n    matchLabels:\n      app: backendclicer',
      'podSelector:\n    matchLabels:\n      app: other',
      /NetworkPolicy of backendclicer does not exist/,
    ],
    ['a policy for another port', 'port: 8080', 'port: 8081', /NetworkPolicy of \w+ admits another port/],
    [
      'a policy that admits a whole namespace',
      '\n          podSelector:',
      '\n        - podSelector:',
      /NetworkPolicy|from/,
    ],
    ['a variable that nothing sets', '${REGISTRY}', '${REGISTER}', /nothing sets \$\{REGISTER\}/],
  ])('are rejected with %s', (_, text, replacement, finding) => {
    expect(checkKymaManifests(broken(text, replacement)).join('\n')).toMatch(finding);
  });
});
