import type { BindingRequest } from '../binding/binding-request.js';
import type { IdentityCredentials } from '../binding/identity-credentials.js';
import type { LandscapeExtras } from '../landscape-start.js';
import type { KeptState, LandscapeKeeper } from '../keep/landscape-keeper.js';
import type { Application } from '../tenant/application.js';
import { type ConfiguredLandscape, DEFAULT_APPLICATION } from './configured-landscape.js';
import { withKept } from './kept-config.js';
import type { LandscapeConfig } from './landscape-config.js';

/** A run of the landscape that keeps its authorities, client IDs, bindings and ports. */
export class KeptRun {
  /** The configuration, completed with the values that an earlier run kept. */
  readonly config: LandscapeConfig;
  readonly #keeper: LandscapeKeeper;
  #configured: ConfiguredLandscape | undefined;

  constructor(keeper: LandscapeKeeper, config: LandscapeConfig) {
    this.#keeper = keeper;
    this.config =
      keeper.earlier === undefined ? config : withKept(config, keeper.earlier, DEFAULT_APPLICATION);
  }

  /** Input for the landscape in addition to its configuration. */
  get extras(): LandscapeExtras {
    return {
      authorities: this.#keeper.authorities,
      onBinding: async ({ name, request, application, credentials, isPublished }) =>
        this.#keeper.keepBinding(name, {
          application: this.#nameOf(application),
          fromAdmin: !isPublished,
          request,
          credentials,
        }),
      onRevocation: async () => this.save(),
    };
  }

  /** Restores revocations and the bindings of the admin endpoint, and keeps every change from now on. */
  async begin(configured: ConfiguredLandscape): Promise<void> {
    this.#configured = configured;
    const { landscape, applications } = configured;
    for (const thumbprint of this.#keeper.earlier?.revoked ?? []) {
      for (const tenant of landscape.tenants) tenant.revokeCertificate(thumbprint);
    }
    for (const [name, { request, application: owner }] of this.#keeper.adminBindings) {
      const application = applications.get(owner);
      if (application === undefined) continue;
      const kept = this.credentialsOf(configured, name, request, application);
      if (kept !== undefined) await landscape.addBinding(name, request, { application, kept });
    }
    await this.#keeper.begin(() => stateOf(configured));
  }

  /** Returns the credentials of an earlier binding if it is the same, and they can still be used. */
  credentialsOf(
    configured: ConfiguredLandscape,
    name: string,
    request: BindingRequest,
    application: Application,
  ): IdentityCredentials | undefined {
    this.#configured = configured;
    return this.#keeper.credentialsOf(name, request, this.#nameOf(application));
  }

  /** Keeps changes other than new bindings, such as revocations. */
  async save(): Promise<void> {
    await this.#keeper.save();
  }

  #nameOf(application: Application): string {
    const applications = [...(this.#configured?.applications ?? [])];
    return applications.find(([, known]) => known === application)?.[0] ?? application.clientId;
  }
}

function stateOf({ landscape, applications, tenants }: ConfiguredLandscape): KeptState {
  const portOf = (url: string) => Number(new URL(url).port);
  return {
    ports: {
      ias: portOf(landscape.tenant.url),
      router: portOf(landscape.router.url),
      admin: portOf(landscape.admin.url),
    },
    appTid: landscape.tenant.appTid,
    tenants: Object.fromEntries(
      [...tenants].map(([name, { appTid, url }]) => [name, { appTid, port: portOf(url) }]),
    ),
    applications: Object.fromEntries([...applications].map(([name, { clientId }]) => [name, clientId])),
    revoked: [...new Set(landscape.tenants.flatMap(({ revokedCertificates }) => revokedCertificates))],
  };
}
