import tls, { type ConnectionOptions } from 'node:tls';

/** Ends one call of `trust`. */
export type RestoreTrust = () => void;

/** The functions that `node:tls` has since Node 22.19. */
interface DefaultCertificates {
  getCACertificates(type: 'default'): string[];
  setDefaultCACertificates(certificates: readonly string[]): void;
}

/**
 * Makes every client in this process trust an additional certificate authority (`node:https`, axios, `fetch`, xssec).
 * Connections with their own `ca` do not change.
 *
 * Since Node 22.19 it adds the authority to the default ones. On older versions, and with `--use-openssl-ca`, it wraps
 * `tls.createSecureContext` for connections to the given ports only.
 */
export class ProcessTrust {
  readonly #holders = new Set<RestoreTrust>();
  #uninstall: RestoreTrust | undefined;
  readonly #pem: string;
  readonly #ports: () => ReadonlySet<number>;

  constructor(pem: string, ports: () => ReadonlySet<number>) {
    this.#pem = pem;
    this.#ports = ports;
  }

  /** Trusts the authority until the returned function is called; other callers of `acquire` keep their trust. */
  acquire(): RestoreTrust {
    this.#uninstall ??= install(this.#pem, this.#ports);
    const restore = () => {
      this.#holders.delete(restore);
      if (this.#holders.size === 0) this.end();
    };
    this.#holders.add(restore);
    return restore;
  }

  /** Ends the trust for all callers. */
  end(): void {
    this.#holders.clear();
    this.#uninstall?.();
    this.#uninstall = undefined;
  }
}

function install(pem: string, ports: () => ReadonlySet<number>): RestoreTrust {
  const { getCACertificates, setDefaultCACertificates } = tls as typeof tls & Partial<DefaultCertificates>;
  if (getCACertificates === undefined || setDefaultCACertificates === undefined) {
    return wrapSecureContexts(pem, ports);
  }
  const defaults = { getCACertificates, setDefaultCACertificates };
  return isListed(defaults) ? extendDefaults(pem, defaults) : wrapSecureContexts(pem, ports);
}

/**
 * Whether Node lists its default authorities. With `--use-openssl-ca` (on the command line, in `NODE_OPTIONS` or as a
 * build option) it does not list those of OpenSSL's store, and setting defaults would replace that store permanently.
 * Node's bundled roots are missing from the list only in this case.
 */
function isListed({ getCACertificates }: DefaultCertificates): boolean {
  const listed = new Set(getCACertificates('default'));
  return tls.rootCertificates.every((certificate) => listed.has(certificate));
}

function extendDefaults(pem: string, defaults: DefaultCertificates): RestoreTrust {
  const normalized = pem.trim();
  defaults.setDefaultCACertificates([...defaults.getCACertificates('default'), pem]);
  return () => {
    const remaining = defaults.getCACertificates('default').filter((known) => known.trim() !== normalized);
    defaults.setDefaultCACertificates(remaining);
  };
}

interface Wrapper {
  readonly pem: string;
  readonly ports: () => ReadonlySet<number>;
}

const wrappers = new Set<Wrapper>();
const createSecureContext = tls.createSecureContext;

function wrapSecureContexts(pem: string, ports: () => ReadonlySet<number>): RestoreTrust {
  const wrapper = { pem, ports };
  wrappers.add(wrapper);
  tls.createSecureContext = createTrustingContext;
  return () => {
    wrappers.delete(wrapper);
    if (wrappers.size === 0) tls.createSecureContext = createSecureContext;
  };
}

/** `tls.connect` passes its own options, including the port. */
function createTrustingContext(options: ConnectionOptions = {}): tls.SecureContext {
  const trusted = [...wrappers].filter(({ ports }) => ports().has(Number(options.port)));
  if (trusted.length === 0 || options.ca !== undefined) return createSecureContext(options);
  return createSecureContext({ ...options, ca: [...tls.rootCertificates, ...trusted.map(({ pem }) => pem)] });
}
