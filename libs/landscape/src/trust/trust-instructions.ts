import { TRUSTSTORE_PASSWORD } from './java-truststore.js';

/** Paths of the files that a client can trust. */
export interface TrustFiles {
  /** PEM of the server authority. */
  readonly ca: string;
  /** Java truststore. */
  readonly truststore: string;
}

/** How to make one kind of client trust the landscape, and how to undo it. */
interface Client {
  readonly name: string;
  readonly trust: (files: TrustFiles) => readonly string[];
  /** Empty if the trust ends with the process or the terminal. */
  readonly undo: readonly string[];
}

/** Name under which browsers and operating systems list the authority. */
const NICKNAME = 'Landscape Root CA';

const CLIENTS: readonly Client[] = [
  { name: 'Node.js', trust: ({ ca }) => [`export NODE_EXTRA_CA_CERTS=${quote(ca)}`], undo: [] },
  {
    name: 'Java',
    trust: ({ truststore }) => [
      '# Replaces the authorities of the JDK. To keep them, import the file into a copy of the JDK file cacerts.',
      `export JAVA_TOOL_OPTIONS=${quote(
        `-Djavax.net.ssl.trustStore=${truststore} -Djavax.net.ssl.trustStorePassword=${TRUSTSTORE_PASSWORD}`,
      )}`,
    ],
    undo: [],
  },
  {
    name: 'Python',
    trust: ({ ca }) => [
      '# Replaces all other authorities, for requests and for the module ssl.',
      `export REQUESTS_CA_BUNDLE=${quote(ca)} SSL_CERT_FILE=${quote(ca)}`,
    ],
    undo: [],
  },
  {
    name: 'Go',
    trust: ({ ca }) => [
      '# On Linux. Elsewhere, add the file to the RootCAs of tls.Config.',
      `export SSL_CERT_FILE=${quote(ca)}`,
    ],
    undo: [],
  },
  { name: 'curl', trust: ({ ca }) => [`curl --cacert ${quote(ca)} …`], undo: [] },
  {
    name: 'Browser on Linux (Chrome, Edge)',
    trust: ({ ca }) => [`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n '${NICKNAME}' -i ${quote(ca)}`],
    undo: [`certutil -d sql:$HOME/.pki/nssdb -D -n '${NICKNAME}'`],
  },
  {
    name: 'Browser on macOS (Safari, Chrome, Edge)',
    trust: ({ ca }) => [
      `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${quote(ca)}`,
    ],
    undo: [`security delete-certificate -t -c '${NICKNAME}' ~/Library/Keychains/login.keychain-db`],
  },
  {
    name: 'Browser on Windows (Chrome, Edge)',
    trust: ({ ca }) => [`certutil -user -addstore Root "${ca}"`],
    undo: [`certutil -user -delstore Root "${NICKNAME}"`],
  },
  {
    name: 'Firefox',
    trust: ({ ca }) => [`# Settings > Privacy & Security > View Certificates > Authorities > Import: ${ca}`],
    undo: [`# Settings > Privacy & Security > View Certificates > Authorities: delete "${NICKNAME}"`],
  },
];

/** Returns the commands by which clients trust the landscape. */
export function trustInstructions(files: TrustFiles): string {
  return CLIENTS.map(({ name, trust }) => section(name, trust(files))).join('\n');
}

/** Returns the commands that undo the trust. */
export function removalInstructions(): string {
  const ended = CLIENTS.filter(({ undo }) => undo.length === 0).map(({ name }) => name);
  const sections = CLIENTS.filter(({ undo }) => undo.length > 0).map(({ name, undo }) => section(name, undo));
  const variables = 'unset NODE_EXTRA_CA_CERTS JAVA_TOOL_OPTIONS REQUESTS_CA_BUNDLE SSL_CERT_FILE';
  return [section(ended.join(', '), [variables]), ...sections].join('\n');
}

function section(name: string, lines: readonly string[]): string {
  return [`# ${name}`, ...lines, ''].join('\n');
}

/** Quotes a text for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
