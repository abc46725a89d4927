import { isDeepStrictEqual } from 'node:util';
import type { IdentityCredentials } from '../binding/identity-credentials.js';
import type { BindingRequest } from '../binding/binding-request.js';
import { ClientAuthority } from '../pki/client-authority.js';
import { ServerAuthority } from '../pki/server-authority.js';
import type { KeepFolder } from './keep-folder.js';
import {
  covers,
  expiresSoon,
  isUsable,
  type KeptBinding,
  type KeptLandscape,
  ownValue,
} from './kept-landscape.js';

/** The authorities of a landscape. */
export interface Authorities {
  readonly servers: ServerAuthority;
  readonly clients: ClientAuthority;
}

/** The kept state of a running landscape, except its authorities and bindings. */
export type KeptState = Pick<KeptLandscape, 'ports' | 'appTid' | 'tenants' | 'applications' | 'revoked'>;

/** Why clients have to trust the landscape again. */
export type RenewalReason = 'expiry' | 'host-names';

/** Restores the state of an earlier landscape, and keeps the state for the next one. */
export class LandscapeKeeper {
  readonly authorities: Authorities;
  /** `undefined` if users have no new authority to trust. */
  readonly renewed: RenewalReason | undefined;
  readonly #folder: KeepFolder;
  readonly #hostNames: readonly string[];
  readonly #now: () => number;
  readonly #earlier: KeptLandscape | undefined;
  readonly #bindings = new Map<string, KeptBinding>();
  #state: (() => KeptState) | undefined;
  /** Writes run one after the other. */
  #writing: Promise<void> = Promise.resolve();

  /**
   * Reads what an earlier landscape kept. It creates new authorities if there are none, if they expire within a month,
   * or if the server authority was created for other host names.
   * @throws {KeepError} if the kept files cannot be used
   */
  static async open(
    folder: KeepFolder,
    hostNames: readonly string[],
    now: () => number,
  ): Promise<LandscapeKeeper> {
    const earlier = await folder.read();
    const names = hostNames.map((name) => name.toLowerCase());
    if (earlier !== undefined && !expiresSoon(earlier, now())) {
      const clients = ClientAuthority.restore(earlier.clients);
      if (covers(earlier, names)) {
        const servers = ServerAuthority.restore(earlier.servers, earlier.hostNames);
        return new LandscapeKeeper(
          { folder, hostNames: earlier.hostNames, now, earlier },
          { servers, clients },
        );
      }
      const servers = await ServerAuthority.create(names);
      return new LandscapeKeeper(
        { folder, hostNames: names, now, earlier },
        { servers, clients },
        'host-names',
      );
    }
    const [servers, clients] = await Promise.all([ServerAuthority.create(names), ClientAuthority.create()]);
    const authorities = { servers, clients };
    // The client authority is new, so no earlier binding is valid.
    const kept = earlier && { ...earlier, bindings: {} };
    return new LandscapeKeeper(
      { folder, hostNames: names, now, earlier: kept },
      authorities,
      earlier && 'expiry',
    );
  }

  private constructor(
    context: {
      readonly folder: KeepFolder;
      readonly hostNames: readonly string[];
      readonly now: () => number;
      readonly earlier: KeptLandscape | undefined;
    },
    authorities: Authorities,
    renewed?: RenewalReason,
  ) {
    this.#folder = context.folder;
    this.#hostNames = context.hostNames;
    this.#now = context.now;
    this.#earlier = context.earlier;
    this.authorities = authorities;
    this.renewed = renewed;
  }

  /** The state that the earlier landscape kept; undefined for the first one. */
  get earlier(): KeptLandscape | undefined {
    return this.#earlier;
  }

  /** Bindings that the admin endpoint of an earlier landscape created. */
  get adminBindings(): readonly (readonly [name: string, binding: KeptBinding])[] {
    return Object.entries(this.#earlier?.bindings ?? {}).filter(([, { fromAdmin }]) => fromAdmin);
  }

  /** Returns the credentials of an earlier binding if they fit the request and can still be used. */
  credentialsOf(name: string, request: BindingRequest, application: string): IdentityCredentials | undefined {
    const kept = this.#earlier && ownValue(this.#earlier.bindings, name);
    if (kept === undefined || kept.application !== application) return undefined;
    if (!isSameRequest(kept.request, request)) return undefined;
    return isUsable(kept, this.#earlier?.revoked ?? [], this.#now()) ? kept.credentials : undefined;
  }

  /** Keeps a new or rotated binding. */
  async keepBinding(name: string, binding: KeptBinding): Promise<void> {
    const earlier = this.#bindings.get(name);
    this.#bindings.set(name, binding);
    try {
      await this.save();
    } catch (error) {
      if (earlier === undefined) this.#bindings.delete(name);
      else this.#bindings.set(name, earlier);
      throw error;
    }
  }

  /** Keeps the state from now on. */
  async begin(state: () => KeptState): Promise<void> {
    this.#state = state;
    await this.save();
  }

  /** Writes what the next landscape needs. Without a state, the landscape is still starting. */
  async save(): Promise<void> {
    const state = this.#state;
    if (state === undefined) return;
    const writing = this.#writing.then(async () =>
      this.#folder.write({
        version: 1,
        servers: this.authorities.servers.keep(),
        hostNames: [...this.#hostNames],
        clients: this.authorities.clients.keep(),
        ...state(),
        bindings: Object.fromEntries(this.#bindings),
      }),
    );
    this.#writing = writing.catch(() => undefined);
    await writing;
  }
}

function isSameRequest(one: BindingRequest, other: BindingRequest): boolean {
  return isDeepStrictEqual(one, other);
}
