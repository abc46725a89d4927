import type { X509Certificate } from 'node:crypto';
import type { BadRequest } from './bad-request.js';
import { der, missing, stolen, XFCC } from './stolen-token.js';
import { FILLERS, type Forger } from './token-forger.js';

const pem = ({ certificate }: Forger) => encodeURIComponent(certificate.toString());
const otherDer = ({ otherCertificate }: Forger) => otherCertificate.raw.toString('base64');
const otherPem = ({ otherCertificate }: Forger) => encodeURIComponent(otherCertificate.toString());
const hashOf = (certificate: X509Certificate) => certificate.fingerprint256.replaceAll(':', '').toLowerCase();
const hash = ({ certificate }: Forger) => hashOf(certificate);
const otherHash = ({ otherCertificate }: Forger) => hashOf(otherCertificate);
const withValue = (cause: string, value: (forger: Forger) => string) =>
  missing(cause, (forger) => [[XFCC, value(forger)]]);

export const POSSESSION_BAD_REQUESTS: readonly BadRequest[] = [
  missing('no certificate', () => []),
  stolen('another certificate', 'proof_mismatch', (forger) => [[XFCC, otherDer(forger)]]),
  stolen('another certificate as Envoy forwards it', 'proof_mismatch', (forger) => [
    [XFCC, `Hash=${otherHash(forger)};Cert="${otherPem(forger)}"`],
  ]),
  stolen('the public key instead of the certificate', 'proof_mismatch', ({ certificate }) => [
    [XFCC, certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')],
  ]),
  stolen('the certificate and a byte', 'proof_mismatch', ({ certificate }) => [
    [XFCC, Buffer.concat([certificate.raw, Buffer.of(0)]).toString('base64')],
  ]),
  stolen('the certificate without its last byte', 'proof_mismatch', ({ certificate }) => [
    [XFCC, certificate.raw.subarray(0, -1).toString('base64')],
  ]),
  stolen('the thumbprint in base64', 'proof_mismatch', ({ thumbprint }) => [
    [XFCC, Buffer.from(thumbprint, 'base64url').toString('base64')],
  ]),
  stolen('another certificate beside the right chain', 'proof_mismatch', (forger) => [
    [XFCC, `Cert="${otherPem(forger)}";Chain="${pem(forger)}"`],
  ]),
  stolen('another certificate with the name of the right one', 'proof_mismatch', (forger) => [
    [XFCC, `Subject="${forger.certificate.subject.replaceAll('\n', ',')}";Cert="${otherPem(forger)}"`],
  ]),
  stolen('the bytes that the certificate signs', 'proof_mismatch', ({ certificate }) => [
    [XFCC, certificate.raw.subarray(4).toString('base64')],
  ]),
  withValue('the chain and no certificate', (forger) => `Hash=${hash(forger)};Chain="${pem(forger)}"`),
  withValue('an element whose certificate is empty', () => 'Hash=a;Cert=""'),
  withValue(
    'an empty element before the right one',
    (forger) => `,Hash=${hash(forger)};Cert="${pem(forger)}"`,
  ),
  withValue(
    'an empty element after the right one',
    (forger) => `Hash=${hash(forger)};Cert="${pem(forger)}",`,
  ),
  withValue(
    'two certificates in an element, in two cases',
    (forger) => `cert="${pem(forger)}";CERT="${pem(forger)}"`,
  ),
  withValue('a certificate in single quotes', (forger) => `Hash=${hash(forger)};Cert='${pem(forger)}'`),
  withValue('PEM that is percent-encoded twice', (forger) => encodeURIComponent(pem(forger))),
  withValue('PEM of a trusted certificate, as OpenSSL names it', (forger) =>
    pem(forger).replaceAll('CERTIFICATE', 'TRUSTED%20CERTIFICATE'),
  ),
  withValue('PEM of a request for a certificate', (forger) =>
    pem(forger).replaceAll('CERTIFICATE', 'CERTIFICATE%20REQUEST'),
  ),
  withValue('PEM with text before it', (forger) => `subject=me%0A${pem(forger)}`),
  withValue('PEM without its end', (forger) => pem(forger).replace(/-----END.*$/, '')),
  withValue('base64 between colons, as in RFC 9440', (forger) => `:${der(forger)}:`),
  withValue(
    'base64 with padding inside',
    (forger) => `${der(forger).slice(0, 40)}==${der(forger).slice(40)}`,
  ),
  withValue('the certificate in hex', ({ certificate }) =>
    certificate.raw.toString('hex').replaceAll(/..(?!$)/g, '$&:'),
  ),
  withValue(
    'the certificate with a type before it',
    (forger) => `data:application/pkix-cert;base64,${der(forger)}`,
  ),
  withValue('an empty certificate header', () => ''),
  withValue('garbage', () => 'certificate, please'),
  withValue('the thumbprint alone', ({ thumbprint }) => thumbprint),
  withValue(
    'an element with the right hash and no certificate',
    (forger) => `Hash=${hash(forger)};Subject="CN=me"`,
  ),
  withValue('two certificates, the last the right one', (forger) => `${otherDer(forger)},${der(forger)}`),
  withValue(
    'two elements, the last the right one',
    (forger) => `Hash=${hash(forger)};Cert="${pem(forger)}",Hash=${hash(forger)};Cert="${pem(forger)}"`,
  ),
  withValue(
    'two certificates in an element',
    (forger) => `Hash=${hash(forger)};Cert="${pem(forger)}";Cert="${pem(forger)}"`,
  ),
  withValue(
    'another certificate beside the right hash',
    (forger) => `Hash=${hash(forger)};Cert="${otherPem(forger)}"`,
  ),
  withValue(
    'the right certificate beside the hash of another',
    (forger) => `Hash=${otherHash(forger)};Cert="${pem(forger)}"`,
  ),
  withValue('the right certificate beside an empty hash', (forger) => `Hash=;Cert="${pem(forger)}"`),
  withValue(
    'the right certificate beside half of its hash',
    (forger) => `Hash=${hash(forger).slice(0, 32)};Cert="${pem(forger)}"`,
  ),
  withValue('the right certificate without quotes', (forger) => `Hash=${hash(forger)};Cert=${pem(forger)}`),
  withValue(
    'the right certificate beside a chain without quotes',
    (forger) => `Hash=${hash(forger)};Cert="${pem(forger)}";Chain=${pem(forger)}`,
  ),
  withValue(
    'the right certificate in the URI of another',
    (forger) => `Subject="";URI=spiffe://x/;Cert=${pem(forger)}`,
  ),
  withValue(
    'the right certificate in the URI of another, in quotes',
    (forger) => `Hash=${otherHash(forger)};Subject="";URI=spiffe://x/;Cert="${pem(forger)}"`,
  ),
  withValue(
    'the right certificate and its hash in the URI of another, in quotes',
    (forger) =>
      `Hash=${otherHash(forger)};Subject="";URI=spiffe://x/;Hash=${hash(forger)};Cert="${pem(forger)}"`,
  ),
  withValue(
    'the right certificate in the URI of another, behind that one',
    (forger) => `Cert="${otherPem(forger)}";Subject="";URI=spiffe://x/;Cert="${pem(forger)}"`,
  ),
  withValue(
    'an element with the right certificate in the DNS name of another',
    (forger) => `Hash=${otherHash(forger)};DNS=x,Hash=${hash(forger)};Cert="${pem(forger)}"`,
  ),
  withValue(
    'a certificate hidden in a subject',
    (forger) => `Hash=${hash(forger)};Subject="Cert=${pem(forger)}"`,
  ),
  withValue('two PEM blocks', (forger) => `${pem(forger)}${pem(forger)}`),
  withValue('base64 in the other alphabet', (forger) =>
    der(forger).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  ),
  withValue(
    'base64 with an invalid character inside',
    (forger) => `${der(forger).slice(0, 40)}!${der(forger).slice(40)}`,
  ),
  withValue('broken percent-encoding', (forger) => `%E0%A4%A${der(forger)}`),
  withValue('an unterminated quote', (forger) => `Hash=${hash(forger)};Cert="${pem(forger)}`),
  missing('the header twice', (forger) => [
    [XFCC, der(forger)],
    [XFCC, der(forger)],
  ]),
  stolen('the header a second time, behind a thousand others', 'headers_too_many', (forger) => [
    [XFCC, der(forger)],
    ...FILLERS,
    [XFCC, otherDer(forger)],
  ]),
  missing('the header twice, in two cases', (forger) => [
    [XFCC, otherDer(forger)],
    ['X-Forwarded-Client-Cert', der(forger)],
  ]),
  missing('the certificate in X-Client-Cert', (forger) => [['x-client-cert', der(forger)]]),
  missing('the certificate in X-SSL-Client-Cert', (forger) => [['x-ssl-client-cert', pem(forger)]]),
  missing('the certificate in Client-Cert of RFC 9440', (forger) => [['client-cert', `:${der(forger)}:`]]),
  missing('the certificate in X-Forwarded-Tls-Client-Cert', (forger) => [
    ['x-forwarded-tls-client-cert', der(forger)],
  ]),
  missing('the certificate in X-ARR-ClientCert', (forger) => [['x-arr-clientcert', der(forger)]]),
  missing('a claim of a proxy that it verified a certificate', () => [
    ['x-ssl-client-verify', '0'],
    ['x-client-verify', 'SUCCESS'],
  ]),
  missing('a DPoP proof instead of the certificate', (forger) => [['dpop', forger.token]]),
  missing('the certificate in a header with a longer name', (forger) => [[`${XFCC}-chain`, der(forger)]]),
  missing('the certificate under a name with underscores', (forger) => [
    ['x_forwarded_client_cert', der(forger)],
  ]),
];
