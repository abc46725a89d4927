import { DAY_MS } from '@nest-ias/runtime/internal';
import type { X509Certificate } from 'node:crypto';
import { repairPem } from 'nest-ias/internal';
import { selectService } from '../binding/selected-binding.js';
import { isObject, textOf } from '../binding/service.js';
import type { Service } from '../binding/service.js';
import type { BindingOptions } from '../binding/source.js';
import type { Context } from '../context.js';
import { CommandError } from '../failures.js';
import { readCertificate } from '../inspect/recognise.js';
import { commandName } from '../repository.js';
import { command } from '../text/shell-quote.js';
import { visible } from '../text/visible.js';

const MAX_IDENTIFIER = 20;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

const PROVIDED = 'X509_PROVIDED';
const ABOUT_PROVIDED =
  'Let your authority issue a new certificate, write it with its type to provided.json, and give the app its key (docs/how-to/own-certificates.md).';

/** A numbered step: its purpose and its commands. */
type Step = readonly [title: string, ...commands: readonly string[]];

/** `ias rotate`: prints the commands that replace the certificate of an app, and runs none of them. */
export async function rotate(app: string, options: BindingOptions, context: Context): Promise<void> {
  const { service } = await selectService(options, context);
  const type = typeOf(service);
  if (type === 'NONE')
    throw new CommandError('The binding has the credential-type NONE: there is no certificate to rotate.');
  if (type === 'X509_ATTESTED') {
    throw new CommandError(
      'The binding has the credential-type X509_ATTESTED: the Zero Trust Identity Service writes new files, which the app reads without a restart.',
    );
  }
  const ias = commandName(context.environment);
  const text =
    service.origin === 'kubernetes' ? kubernetes(app, service, ias) : cloudFoundry(app, service, ias);
  context.stdout.write(text);
}

function cloudFoundry(app: string, service: Service, ias: string): string {
  const instance = service.name ?? 'INSTANCE';
  const isProvided = typeOf(service) === PROVIDED;
  const parameters = isProvided ? 'provided.json' : JSON.stringify(parametersOf(service));
  const prepared: Step[] = isProvided ? [[ABOUT_PROVIDED]] : [];
  const check = `${command('cf', 'env', app)} | ${ias} doctor --from - ${command('--service', instance)}`;
  const restart = command('cf', 'restage', app, '--strategy', 'rolling');
  const bind = ['cf', 'bind-service', app, instance];
  const withTwo: Step[] = [
    ['See how long the current certificate is valid.', `${check} --offline`],
    ...prepared,
    [
      'Create a second binding. The first one stays valid.',
      command(...bind, '--strategy', 'multiple', '--wait', '-c', parameters),
    ],
    ['Replace the instances one by one. New ones use the new binding.', restart],
    [
      'Check that all instances run, and that the new certificate gets a token.',
      command('cf', 'app', app),
      check,
    ],
    [
      'Delete the old binding.',
      command('cf', 'cleanup-outdated-service-bindings', app, '--service-instance', instance, '--wait'),
    ],
  ];
  const classic: Step[] = [
    ['See how long the current certificate is valid.', `${check} --offline`],
    ...prepared,
    [
      'Delete the binding. From now on, instances cannot get new tokens; they keep the current one for up to an hour.',
      command('cf', 'unbind-service', app, instance, '--wait'),
    ],
    ['Create a new binding.', command(...bind, '--wait', '-c', parameters)],
    ['Replace the instances one by one.', restart],
    [
      'Check that all instances run, and that the new certificate gets a token.',
      command('cf', 'app', app),
      check,
    ],
  ];
  return [
    script('With two bindings: cf CLI 8.18 or later (cf version) and API 3.205 or later (cf api)', withTwo),
    script('With an older cf CLI or API', classic),
  ].join('\n');
}

function kubernetes(app: string, service: Service, ias: string): string {
  if (typeOf(service) === PROVIDED)
    throw new CommandError(
      'The binding has the credential-type X509_PROVIDED: the operator cannot rotate a certificate of your own authority. Apply the ServiceBinding again with the new certificate, and replace the key of the app.',
    );
  const check = `kubectl get secret,servicebinding -o json | ${ias} doctor --from - ${command('--service', service.name ?? 'INSTANCE')}`;
  const binding = `servicebinding/${app}`;
  const steps: Step[] = [
    [
      'See how long the current certificate is valid, and whether the operator rotates.',
      `${check} --offline`,
    ],
    [
      'Let the operator rotate now. This needs spec.credentialsRotationPolicy.enabled: true.',
      command('kubectl', 'annotate', binding, 'services.cloud.sap.com/forceRotate=true', '--overwrite'),
    ],
    [
      'Wait for the new credentials.',
      command('kubectl', 'wait', binding, '--for=condition=Ready', '--timeout=5m'),
      command('kubectl', 'get', binding, '-o', 'jsonpath={.status.lastCredentialsRotationTime}'),
    ],
    [
      'Check that the new certificate gets a token. Apps that mount the secret use it without a restart.',
      check,
    ],
  ];
  return script('With SAP BTP Operator (the app is the name of the ServiceBinding)', steps);
}

/** Comments and commands, so that you can save and read the text as a script. */
function script(title: string, steps: readonly Step[]): string {
  const lines = steps.flatMap(([what, ...commands], index) => ['', `# ${index + 1}. ${what}`, ...commands]);
  return `${[`# ${title}`, ...lines].map(visible).join('\n')}\n`;
}

function typeOf({ credentials }: Service): string | undefined {
  return isObject(credentials) ? textOf(credentials['credential-type']) : undefined;
}

/** The type of the current binding; for a certificate also its subject, the size of its key, and its validity. */
function parametersOf(service: Service): object {
  const { credentials } = service;
  if (typeOf(service) === 'SECRET') return { 'credential-type': 'SECRET' };
  const pem = isObject(credentials) ? textOf(credentials['certificate']) : undefined;
  const block = repairPem(pem ?? '').find(({ label }) => label === 'CERTIFICATE');
  const certificate = block && readCertificate(block.pem);
  const parameters = certificate && parametersIn(certificate);
  // A service key has its own subject. If the app got it, the tenant could not tell the two apart.
  const { 'app-identifier': identifier, ...others } = parameters ?? {};
  const hasIdentifier = identifier !== undefined && service.origin === 'app';
  return {
    'credential-type': 'X509_GENERATED',
    ...(hasIdentifier && { 'app-identifier': identifier }),
    ...others,
  };
}

function parametersIn(certificate: X509Certificate): { readonly 'app-identifier'?: string } {
  const name = /^CN=(.+)$/m.exec(certificate.subject)?.[1];
  const days = Math.round((Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / DAY_MS);
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength;
  return {
    ...(name !== undefined &&
      name.length <= MAX_IDENTIFIER &&
      !UUID.test(name) && { 'app-identifier': name }),
    ...((bits === 2_048 || bits === 4_096) && { 'key-length': bits }),
    ...(days >= 1 && days <= 30 && { validity: days, 'validity-type': 'DAYS' }),
  };
}
