import type { X509Certificate } from 'node:crypto';
import type { ClientCredential, IasSettings, OwnKeyMaterial } from 'nest-ias/internal';
import type { Json, Service } from '../binding/service.js';
import type { BindingSource } from '../binding/source.js';
import type { Context } from '../context.js';
import { Remedies } from './remedies.js';

/** Whether the app fetches tokens or validates them. */
export type Role = 'caller' | 'receiver';

/** How the doctor was called. */
export interface DoctorOptions {
  readonly from?: string;
  readonly service?: string;
  readonly role?: Role;
  readonly resource?: readonly string[];
  readonly appTid?: string;
  /** Token of a user to exchange. */
  readonly userToken?: string;
  readonly target?: URL;
  readonly offline?: boolean;
}

/** Properties of the discovery document that later checks use. */
export interface Discovery {
  readonly issuer: string | undefined;
  readonly jwksUri: URL | undefined;
  /** Milliseconds by which the clock of the tenant is ahead. */
  readonly clockAhead: number | undefined;
}

/** The fetched token. */
export interface FetchedToken {
  readonly value: string;
  readonly header: Json;
  readonly claims: Json;
}

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`;

/** Results of the checks so far. Each check sets the properties that later ones need. */
export class Investigation {
  /** The error from reading the source, for the check `binding`. */
  sourceError: unknown;
  source: BindingSource | undefined;
  service: Service | undefined;
  credentials: Json = {};
  credentialType = 'NONE';
  role: Role;
  settings: IasSettings;
  /** PEM certificates to trust; `undefined` for the defaults of Node.js. */
  authorities: readonly string[] | undefined;
  /** Leaf first. */
  chain: readonly X509Certificate[] = [];
  chainIsIncomplete = false;
  /** Certificate and key that are not part of the binding. */
  own: OwnKeyMaterial = {};
  credential: ClientCredential | undefined;
  discovery: Discovery | undefined;
  token: FetchedToken | undefined;
  /**
   * Files that variables name but that cannot be read. Checks that need them are skipped; otherwise they would look
   * broken, too.
   */
  readonly unreadable = new Set<'authorities' | 'own certificate' | 'own key'>();
  /** Texts that no output may contain. */
  readonly secrets = new Set<string>();

  constructor(
    readonly options: DoctorOptions,
    readonly context: Context,
    settings: IasSettings,
  ) {
    this.settings = settings;
    this.role = options.role ?? 'caller';
  }

  /** Name of the instance, for sentences. */
  get name(): string {
    return this.service?.name ?? '(service key)';
  }

  /** URL of the tenant, if the binding has a usable one. */
  get tenant(): URL | undefined {
    const url = this.credentials['url'];
    if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
    const parsed = new URL(url);
    return parsed.protocol === 'https:' ? parsed : undefined;
  }

  get remedies(): Remedies {
    return new Remedies(this.service, this.source?.app, this.credentialType);
  }

  /** Whether certificate and key are in files of the app instead of the binding. */
  get usesOwnKey(): boolean {
    return this.credentialType === 'X509_PROVIDED' || this.credentialType === 'X509_ATTESTED';
  }

  /** Describes what is wrong with a property without usable text, for sentences. */
  lack(property: string): string {
    const value = this.credentials[property];
    if (value === undefined) return 'is missing';
    return typeof value === 'string' ? 'is empty' : `is ${kindOf(value)} instead of text`;
  }

  text(property: string): string | undefined {
    const value = this.credentials[property];
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  }
}
