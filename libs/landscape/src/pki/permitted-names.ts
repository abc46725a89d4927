import { isIP } from 'node:net';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import { isLoopbackAddress, LOOPBACK_NETWORKS } from '../loopback.js';
import type { AlternativeNames } from './certificate-extensions.js';

/** RFC 5280 §4.2.1.10: a DNS name permits itself and every name below it. */
const LOCAL_DOMAIN = 'localhost';

/** The names for which the server authority can issue certificates: loopback, and the configured host names. */
export class PermittedNames {
  readonly #domains: readonly string[];
  readonly #addresses: readonly string[];

  /** @param hostNames DNS names or IP addresses in addition to loopback */
  constructor(hostNames: readonly string[]) {
    this.#domains = [LOCAL_DOMAIN, ...hostNames.filter((name) => isIP(name) === 0)].map((name) =>
      name.toLowerCase(),
    );
    this.#addresses = hostNames.filter((name) => isIP(name) !== 0);
  }

  /** The name constraints of the authority (RFC 5280 §4.2.1.10). */
  toAsn1(): NameConstraints {
    const names = [
      ...this.#domains.map((dNSName) => new GeneralName({ dNSName })),
      ...[...LOOPBACK_NETWORKS, ...this.#addresses.map(networkOf)].map(
        (iPAddress) => new GeneralName({ iPAddress }),
      ),
    ];
    return new NameConstraints({
      permittedSubtrees: new GeneralSubtrees(names.map((base) => new GeneralSubtree({ base }))),
    });
  }

  /** Returns the first name that the authority cannot issue a certificate for. */
  firstForbidden({ dnsNames, ipAddresses }: AlternativeNames): string | undefined {
    return (
      dnsNames.find((name) => !this.#isPermittedDomain(name.toLowerCase())) ??
      ipAddresses.find((address) => !this.#isPermittedAddress(address))
    );
  }

  #isPermittedDomain(name: string): boolean {
    return this.#domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  }

  #isPermittedAddress(address: string): boolean {
    return isLoopbackAddress(address) || this.#addresses.includes(address);
  }
}

function networkOf(address: string): string {
  return `${address}/${isIP(address) === 4 ? 32 : 128}`;
}
