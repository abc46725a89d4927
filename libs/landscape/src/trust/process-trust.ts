import tls, { type ConnectionOptions } from 'node:tls';

/** Gives back what a process trusted before. */
export type RestoreTrust = () => void;

/** The part of `node:tls` that is there from Node 22.19 on. */
interface DefaultCertificates {
  getCACertificates(type: 'default'): string[];
  setDefaultCACertificates(certificates: readonly string[]): void;
}

/**
 * Lets this process trust an authority beside those it trusts already, whatever client it uses (`node:https`, axios,
 * `fetch`, xssec). Connections that bring their own `ca` are left alone.
 *
 * Where Node lets us, the authority joins the default ones; on older versions, and with `--use-openssl-ca`,
 * `tls.createSecureContext` is wrapped, for connections to the given ports only.
 */
export class ProcessTrust {
  readonly #holders = new Set<RestoreTrust>();
  #uninstall: RestoreTrust | undefined;

  constructor(
    private readonly pem: string,
    private readonly ports: () => ReadonlySet<number>,
  ) {}

  /** Trusts until the returned function has been called; who else asked keeps the trust. */
  acquire(): RestoreTrust {
    this.#uninstall ??= install(this.pem, this.ports);
    const restore = () => {
      this.#holders.delete(restore);
      if (this.#holders.size === 0) this.end();
    };
    this.#holders.add(restore);
    return restore;
  }

  /** Ends the trust, whoever asked for it. */
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
 * With `--use-openssl-ca` (on the command line, in `NODE_OPTIONS`, or as Node was built) Node lists nothing of the store
 * that OpenSSL reads, and defaults that were set once take its place for good. Node's own roots are missing only then.
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

/** `tls.connect` hands its own options on, port included. */
function createTrustingContext(options: ConnectionOptions = {}): tls.SecureContext {
  const trusted = [...wrappers].filter(({ ports }) => ports().has(Number(options.port)));
  if (trusted.length === 0 || options.ca !== undefined) return createSecureContext(options);
  return createSecureContext({ ...options, ca: [...tls.rootCertificates, ...trusted.map(({ pem }) => pem)] });
}
