import type { Service } from '../binding/service.js';
import { command, shellQuote } from '../text/shell-quote.js';

const GENERATED = '{"credential-type":"X509_GENERATED"}';
const ATTESTED = '{"credential-type":"X509_ATTESTED"}';
/** Contains the certificate (docs/how-to/own-certificates.md). */
const PROVIDED = 'provided.json';

/** Where the app reads a certificate and a key that are not from the service. */
export const OWN_FILES =
  'Set IAS_PRIVATE_KEY_FILE and IAS_CERTIFICATE_FILE to the PEM files of your key and certificate.';

/** Commands that fix a binding, with its names filled in. */
export class Remedies {
  readonly #service: Pick<Service, 'origin' | 'name'> | undefined;
  readonly #app: string | undefined;
  readonly #type: string;

  constructor(
    service: Pick<Service, 'origin' | 'name'> | undefined,
    app: string | undefined,
    credentialType: string,
  ) {
    this.#service = service;
    this.#app = app;
    this.#type = credentialType;
  }

  /** Gets a new certificate, in the way that fits its type and the source of the binding. */
  get newCertificate(): string {
    switch (this.#type) {
      case 'X509_PROVIDED':
        return `Let your authority issue a new certificate, write it with its type to ${PROVIDED}, and give the app its key. ${OWN_FILES} Then:\n${this.#bindAgain(PROVIDED)}`;
      case 'X509_ATTESTED':
        return `Check that the Zero Trust Identity Service writes new files. ${OWN_FILES} If the binding itself is old:\n${this.#bindAgain(ATTESTED)}`;
      default:
        return this.#bindAgain(GENERATED);
    }
  }

  #bindAgain(parameters: string): string {
    const instance = this.#service?.name ?? 'INSTANCE';
    if (this.#service?.origin === 'key')
      return command('cf', 'create-service-key', instance, 'NEW_KEY', '-c', parameters);
    if (this.#service?.origin === 'kubernetes') {
      const type = parameters === GENERATED ? 'X509_GENERATED' : this.#type;
      return `Delete the ServiceBinding of the instance and apply it again with credential-type ${type}:\n${command('kubectl', 'get', 'servicebinding')}`;
    }
    const app = this.#app ?? 'APP';
    return [
      command('cf', 'unbind-service', app, instance),
      command('cf', 'bind-service', app, instance, '-c', parameters),
      command('cf', 'restage', app),
    ].join(' && ');
  }

  /** Sets a variable of the app. */
  set(variable: string, value: string): string {
    const app = this.#app ?? 'APP';
    const origin = this.#service?.origin;
    if (origin === 'kubernetes')
      return command('kubectl', 'set', 'env', `deployment/${app}`, `${variable}=${value}`);
    return origin === 'app'
      ? `${command('cf', 'set-env', app, variable, value)} && ${command('cf', 'restage', app)}`
      : `export ${variable}=${shellQuote(value)}`;
  }

  /** Reads the binding again, where its parts do not belong together. */
  get originalBinding(): string {
    const instance = this.#service?.name ?? 'INSTANCE';
    const origin = this.#service?.origin;
    if (origin === 'key') return command('cf', 'service-key', instance, 'KEY');
    return origin === 'kubernetes'
      ? 'kubectl get secret,servicebinding -o json'
      : command('cf', 'env', this.#app ?? 'APP');
  }

  /** Binds an instance where none is bound. */
  get bind(): string {
    const [app, instance] = [this.#app ?? 'APP', this.#service?.name ?? 'INSTANCE'];
    return `${command('cf', 'bind-service', app, instance, '-c', GENERATED)} && ${command('cf', 'restage', app)}`;
  }

  /** Lets the operator of SAP BTP rotate the credentials. */
  get rotationPolicy(): string {
    return 'Add spec.credentialsRotationPolicy to the ServiceBinding: {enabled: true, rotationFrequency: 72h, rotatedBindingTTL: 48h}; both together must be shorter than validity.';
  }
}

/** Asks the tenant for its public configuration, without a credential. */
export function tryByHand(tenant: URL): string {
  return command('curl', '-v', '--max-time', '10', new URL('/.well-known/openid-configuration', tenant).href);
}
