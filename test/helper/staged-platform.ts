import { startLandscape } from '@nest-ias/landscape';
import type { IdentityCredentials, Landscape } from '@nest-ias/landscape';
import type { DeployedApp, StartCommand } from './deployed-app.js';
import { startInstance } from './staged-instance.js';
import type { BindingForm } from './staged-instance.js';
import { waitUntil } from './wait-until.js';

/** Names of the apps in manifest.yml. */
export const BACKEND = 'backendclicer';
export const FRONTEND = 'frontendclicer';
export type AppName = typeof BACKEND | typeof FRONTEND;

/** Host names of the apps at the router, which requests client certificates on the second host of the backend. */
export const HOSTS: Readonly<Record<AppName, readonly string[]>> = {
  [BACKEND]: [`${BACKEND}.localhost`, `${BACKEND}.cert.localhost`],
  [FRONTEND]: [`${FRONTEND}.localhost`],
};

const UNUSED_URL = 'http://127.0.0.1:9';

/** Options of an instance. */
export interface InstanceOptions {
  /** @default new ones: `NONE` for the backend, a certificate for the frontend */
  readonly credentials?: IdentityCredentials;
  readonly bindingForm?: BindingForm;
  readonly startCommand?: StartCommand;
}

/** The landscape with both apps as on Cloud Foundry: staged instances behind its router. */
export class StagedPlatform {
  /** URL of the frontend's page. */
  readonly homepage: string;
  /** URL of the backend for the frontend, on the host for which the router requests certificates. */
  readonly backendUrl: string;
  readonly #launches: Promise<DeployedApp>[] = [];
  readonly #started: DeployedApp[] = [];
  readonly #registered: Record<AppName, readonly DeployedApp[]> = { [BACKEND]: [], [FRONTEND]: [] };

  #stopped = false;

  private constructor(readonly landscape: Landscape) {
    this.backendUrl = landscape.router.map(`${BACKEND}.cert.localhost`, UNUSED_URL);
    this.homepage = `${landscape.router.map(`${FRONTEND}.localhost`, UNUSED_URL)}/homepage`;
  }

  /** @param options of the landscape */
  static async start(options?: Parameters<typeof startLandscape>[0]): Promise<StagedPlatform> {
    return new StagedPlatform(await startLandscape(options));
  }

  /** Every instance so far, including stopped ones. */
  get started(): readonly DeployedApp[] {
    return this.#started;
  }

  /** Returns the instances that are registered at the router. */
  instancesOf(name: AppName): readonly DeployedApp[] {
    return this.#registered[name];
  }

  /** Starts an instance without registering it at the router. */
  async launch(name: AppName, options: InstanceOptions = {}): Promise<DeployedApp> {
    if (this.#stopped) throw new Error('The platform has stopped.');
    const launch = this.#launch(name, options);
    this.#launches.push(launch);
    return launch;
  }

  /**
   * Binds an app to the identity service instance.
   *
   * @param appIdentifier common name of the certificate; that of manifest.yml by default
   */
  async bind(name: AppName, appIdentifier: string = FRONTEND): Promise<IdentityCredentials> {
    return this.landscape.issueBinding(
      name === BACKEND ? { type: 'NONE' } : { type: 'X509_GENERATED', appIdentifier },
    );
  }

  /** Registers the instances of an app at the router, as the platform does when one becomes ready or stops. */
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

  /** Stops an instance while it still gets requests, and removes it from the router when it reports that it is not ready. */
  async retire(name: AppName, retired: DeployedApp): Promise<void> {
    retired.signal('SIGTERM');
    await waitUntil('an instance that is not ready', async () => !(await retired.isReady()));
    this.register(
      name,
      this.instancesOf(name).filter((app) => app !== retired),
    );
    await expectCleanShutdown(retired);
  }

  /** Stops every instance and the landscape. */
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
 * Checks the log for an orderly shutdown, because the exit code of `npm start` is npm's: it only repeats the signal.
 *
 * @throws {Error} if the instance did not finish its requests
 */
export async function expectCleanShutdown(app: DeployedApp): Promise<void> {
  const { output } = await app.exited();
  if (!output.includes('stopped, all requests are finished')) {
    throw new Error(`An instance did not shut down cleanly:\n${output}`);
  }
}
