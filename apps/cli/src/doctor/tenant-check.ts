import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { connect } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { createAgent, isLoopback } from 'nest-ias/internal';
import { command, shellQuote } from '../text/shell-quote.js';
import { visibleValue } from '../text/visible.js';
import { broken, ok, skipped } from './check.js';
import type { Finding } from './check.js';
import { errorCode } from '../token/http.js';
import type { Investigation } from './investigation.js';
import { tryByHand } from './remedies.js';

const CONNECT_MS = 5_000;

/** The result of a handshake with the tenant. */
interface Handshake {
  /** Code of OpenSSL or Node.js if the certificate of the server is not accepted. */
  readonly problem: string | undefined;
  readonly certificate: PeerCertificate;
  readonly protocol: string | null;
}

/** Whether the tenant can be reached: name, TCP, TLS, and its certificate. No request is sent. */
export async function checkTenant(investigation: Investigation): Promise<Finding> {
  const { tenant, authorities } = investigation;
  if (tenant === undefined) return skipped('needs a valid "url" in the binding');
  try {
    return judge(investigation, tenant, await shakeHands(tenant, authorities));
  } catch (error) {
    return unreachable(tenant, errorCode(error));
  }
}

/** Accepts any certificate, to find out what is wrong with it. It sends nothing over this connection. */
function shakeHands(tenant: URL, authorities: readonly string[] | undefined): Promise<Handshake> {
  const agent = createAgent({ ca: authorities });
  const { ca, lookup, checkServerIdentity } = agent.options;
  const host = tenant.hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({
      host,
      port: Number(tenant.port || 443),
      servername: host,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: false,
      ...(ca && { ca }),
      ...(lookup && { lookup }),
      ...(checkServerIdentity && { checkServerIdentity }),
    });
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
      CONNECT_MS,
    );
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve({
        problem: problemOf(socket),
        certificate: socket.getPeerCertificate(true),
        protocol: socket.getProtocol(),
      });
      socket.destroy();
    });
  });
}

/** Node.js declares an error, but sets its code. */
function problemOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  if (authorized) return undefined;
  const error = authorizationError as Error | string | undefined;
  return typeof error === 'string' ? error : errorCode(error);
}

function judge(
  investigation: Investigation,
  tenant: URL,
  { problem, certificate, protocol }: Handshake,
): Finding {
  if (problem === undefined)
    return ok(`${tenant.host} answers with ${protocol ?? 'TLS'} and a trusted certificate`);
  const code = 'token_endpoint_untrusted';
  const issuer = visibleValue(certificate.issuer?.CN ?? certificate.issuer?.O ?? 'unknown');
  const summary = `The server certificate of ${tenant.host} is not accepted (${problem})`;
  if (problem === 'CERT_HAS_EXPIRED') {
    return broken(summary, {
      cause: `It expired on ${visibleValue(certificate.valid_to)}. If other machines accept it, the clock of this one is wrong.`,
      remedy: 'Tell the owner of the server, or correct the clock of this machine. To see its time:\ndate -u',
      code,
    });
  }
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return broken(summary, {
      cause: `It is a certificate for other names (${visibleValue(certificate.subjectaltname ?? 'none')}): "url" points to the wrong server.`,
      remedy: `Correct "url" in the binding, or the DNS entry of the tenant. To see where the name leads:\n${command('nslookup', tenant.hostname)}`,
      code,
    });
  }
  const isIntercepted =
    problem === 'SELF_SIGNED_CERT_IN_CHAIN' ||
    /\.(ondemand\.com|cloud\.sap|sapcloud\.cn)$/.test(tenant.hostname);
  if (isIntercepted) {
    return broken(summary, {
      cause: `It was issued by "${issuer}", which is not a public authority. A proxy probably intercepts TLS. It cannot pass the client certificate on.`,
      remedy: `Exempt ${tenant.hostname} from the interception. Adding the authority to IAS_CA_FILE is not enough for mutual TLS. To see who issued the certificate:\n${showIssuer(tenant)}`,
      code,
    });
  }
  const isLocal = isLoopback(tenant.hostname);
  const landscape = isLocal
    ? ' A local landscape has its own, and writes .landscape/ca.pem in the folder where it was started.'
    : '';
  return broken(summary, {
    cause: `It was issued by "${issuer}", an authority that this process does not trust.${landscape}`,
    remedy: isLocal
      ? trustLandscape(investigation.options.from)
      : 'Write the certificate of the authority to a file, and trust it:\nexport IAS_CA_FILE=authority.pem',
    code,
  });
}

/** The landscape writes its authority beside the service key. */
function trustLandscape(from: string | undefined): string {
  const file = from === undefined || from === 'vcap' || from === '-' ? '' : join(dirname(from), 'ca.pem');
  return file !== '' && existsSync(file)
    ? command('export', `IAS_CA_FILE=${resolve(file)}`)
    : 'export IAS_CA_FILE="$PWD/.landscape/ca.pem"';
}

function showIssuer({ hostname, port }: URL): string {
  const address = `${hostname}:${port || '443'}`;
  return `openssl s_client -connect ${shellQuote(address)} </dev/null | openssl x509 -noout -issuer`;
}

function unreachable(tenant: URL, detail: string): Finding {
  const { host, hostname } = tenant;
  const attempt = tryByHand(tenant);
  const code = detail === 'ETIMEDOUT' ? 'token_endpoint_timeout' : 'token_endpoint_unreachable';
  switch (detail) {
    case 'ENOTFOUND':
      return broken(`The name ${hostname} is unknown (${detail})`, {
        cause:
          'No such host exists: "url" is misspelt, the tenant was deleted, or this network resolves internal names only.',
        remedy: `Correct "url" in the binding. To see whether the name is known:\n${command('nslookup', hostname)}`,
        code,
      });
    case 'EAI_AGAIN':
      return broken(`The name ${hostname} could not be resolved (${detail})`, {
        cause: 'The name server did not answer.',
        remedy: `Check the network and the name server of this machine:\n${command('nslookup', hostname)}`,
        code,
      });
    case 'ECONNREFUSED':
      return broken(`${host} refuses connections (${detail})`, {
        cause:
          'Nothing listens there, or a firewall rejects the connection. A local landscape may have stopped.',
        remedy: `Check host and port of "url", and the firewall. For a local landscape, start it again. To try by hand:\n${attempt}`,
        code,
      });
    case 'ETIMEDOUT':
      return broken(`${host} does not answer within ${CONNECT_MS / 1_000} seconds`, {
        cause:
          'A firewall drops the packets, or this network needs a proxy, which cannot be used with a client certificate.',
        remedy: `Allow outgoing connections to ${host}. To try by hand:\n${attempt}`,
        code,
      });
    default:
      return broken(`No TLS connection to ${host} (${detail})`, {
        cause: 'The server closed the connection or does not speak TLS 1.2 or later.',
        remedy: `Check host and port of "url", and look for a proxy or firewall between this machine and the tenant. To try by hand:\n${attempt}`,
        code,
      });
  }
}
