import type { Service } from '../binding/service.js';
import { command } from '../text/shell-quote.js';

const GENERATED = '{"credential-type":"X509_GENERATED"}';

/** Commands that mend a binding, with its names filled in. */
export class Remedies {
  readonly #service: Pick<Service, 'origin' | 'name'> | undefined;
  readonly #app: string | undefined;

  constructor(service: Pick<Service, 'origin' | 'name'> | undefined, app: string | undefined) {
    this.#service = service;
    this.#app = app;
  }

  /** Gets a new certificate, in the way that fits the source of the binding. */
  get newCertificate(): string {
    const instance = this.#service?.name ?? 'INSTANCE';
    if (this.#service?.origin === 'key')
      return command('cf', 'create-service-key', instance, 'NEW_KEY', '-c', GENERATED);
    if (this.#service?.origin === 'kubernetes')
      return `Delete the ServiceBinding of the instance and apply it again with credential-type X509_GENERATED: ${command('kubectl', 'get', 'servicebinding')}`;
    const app = this.#app ?? 'APP';
    return [
      command('cf', 'unbind-service', app, instance),
      command('cf', 'bind-service', app, instance, '-c', GENERATED),
      command('cf', 'restage', app),
    ].join(' && ');
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
