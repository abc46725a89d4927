import { startLandscape } from '@nest-ias/landscape';
import type { IdentityCredentials, Landscape } from '@nest-ias/landscape';
import type { DeployedApp, StartCommand } from './deployed-app.js';
import { startInstance } from './staged-instance.js';
import type { BindingForm } from './staged-instance.js';
import { until } from './until.js';

/** The apps by their names in manifest.yml. */
export const BACKEND = 'backendclicer';
export const FRONTEND = 'frontendclicer';
export type AppName = typeof BACKEND | typeof FRONTEND;

/** Host names of the apps at the router; it asks for client certificates on the second one of the backend. */
export const HOSTS: Readonly<Record<AppName, readonly string[]>> = {
  [BACKEND]: [`${BACKEND}.localhost`, `${BACKEND}.cert.localhost`],
  [FRONTEND]: [`${FRONTEND}.localhost`],
};

const NOBODY = 'http://127.0.0.1:9';

/** How an instance is started. */
export interface InstanceOptions {
  /** @default new ones: `NONE` for the backend, a certificate for the frontend */
  readonly credentials?: IdentityCredentials;
  readonly bindingForm?: BindingForm;
  readonly startCommand?: StartCommand;
}

/** The landscape, and on it the two apps as Cloud Foundry runs them: staged instances behind its router. */
export class StagedPlatform {
  /** Where callers reach the frontend. */
  readonly homepage: string;
  /** Where the frontend reaches the backend: the host on which the router asks for certificates. */
  readonly backendUrl: string;
  readonly #launches: Promise<DeployedApp>[] = [];
  readonly #started: DeployedApp[] = [];
  readonly #registered: Record<AppName, readonly DeployedApp[]> = { [BACKEND]: [], [FRONTEND]: [] };

  #stopped = false;

  private constructor(readonly landscape: Landscape) {
    this.backendUrl = landscape.router.map(`${BACKEND}.cert.localhost`, NOBODY);
    this.homepage = `${landscape.router.map(`${FRONTEND}.localhost`, NOBODY)}/homepage`;
  }

  /** @param options of the landscape */
  static async start(options?: Parameters<typeof startLandscape>[0]): Promise<StagedPlatform> {
    return new StagedPlatform(await startLandscape(options));
  }

  /** Every instance so far, ended ones included. */
  get started(): readonly DeployedApp[] {
    return this.#started;
  }

  /** The instances that the router knows. */
  instancesOf(name: AppName): readonly DeployedApp[] {
    return this.#registered[name];
  }

  /** Starts an instance; the router does not know it yet. */
  async launch(name: AppName, options: InstanceOptions = {}): Promise<DeployedApp> {
    if (this.#stopped) throw new Error('The platform has stopped.');
    const launch = this.#launch(name, options);
    this.#launches.push(launch);
    return launch;
  }

  /**
   * Binds an app to the identity service instance.
   *
   * @param appIdentifier names the subject of the certificate; the one of manifest.yml by default
   */
  async bind(name: AppName, appIdentifier: string = FRONTEND): Promise<IdentityCredentials> {
    return this.landscape.issueBinding(
      name === BACKEND ? { type: 'NONE' } : { type: 'X509_GENERATED', appIdentifier },
    );
  }

  /** Tells the router which instances an app has, as the platform does when one becomes ready or is stopped. */
  register(name: AppName, instances: readonly DeployedApp[]): void {
    this.#registered[name] = instances;
    const targets = instances.map(({ url }) => url);
    for (const host of HOSTS[name]) this.landscape.router.map(host, targets);
  }

  /** Replaces the instances of an app one by one, as `--strategy rolling` does. */
  async roll(name: AppName, options?: InstanceOptions): Promise<void> {
    for (const old of this.instancesOf(name)) {
      this.register(name, [...this.instancesOf(name), await this.launch(name, options)]);
      await this.retire(name, old);
    }
  }

  /** Ends an instance that still gets requests, and takes it from the router once it says that it is not ready. */
  async retire(name: AppName, retired: DeployedApp): Promise<void> {
    retired.signal('SIGTERM');
    await until('an instance that is not ready', async () => !(await retired.isReady()));
    this.register(
      name,
      this.instancesOf(name).filter((app) => app !== retired),
    );
    await expectOrderlyEnd(retired);
  }

  /** Ends every instance and the landscape. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#launches);
    await Promise.all(this.#started.map((app) => app.stop()));
    await this.landscape.stop();
  }

  async #launch(name: AppName, { credentials, ...options }: InstanceOptions): Promise<DeployedApp> {
    const bound = credentials ?? (await this.bind(name));
    const app = await startInstance(name, {
      ...options,
      services: this.landscape.vcapServices(bound),
      uris: HOSTS[name],
      environment: {
        IAS_CA_FILE: await this.landscape.caFile(),
        ACCESS_LOG: 'on',
        ...(name === FRONTEND && { BACKEND_URL: this.backendUrl }),
      },
    });
    this.#started.push(app);
    return app;
  }
}

/**
 * The exit code of `npm start` is npm's: it repeats the signal, whatever the app made of it.
 *
 * @throws {Error} the instance lost something
 */
export async function expectOrderlyEnd(app: DeployedApp): Promise<void> {
  const { output } = await app.exited();
  if (!output.includes('stopped, nothing is left undone')) {
    throw new Error(`An instance did not end in order:\n${output}`);
  }
}
