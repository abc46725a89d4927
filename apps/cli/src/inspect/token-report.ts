import type { X509Certificate } from 'node:crypto';
import { DATE_CLAIMS, meaningOfClaim, meaningOfHeader } from 'nest-ias/internal';
import { isObject } from '../binding/service.js';
import type { Json } from '../binding/service.js';
import type { Line, Section } from '../text/lines.js';
import { describeMoment } from '../text/moments.js';
import { readToken } from '../token/readable-token.js';
import { visibleValue } from '../text/visible.js';
import { oneLine, thumbprintOf } from './certificate-report.js';

/** Explains header and claims of a token. It does not check the signature. */
export function tokenSections(
  token: string,
  certificate: X509Certificate | undefined,
  now: number,
): Section[] {
  const readable = readToken(token);
  if (readable === undefined) return [{ title: 'Opaque token', lines: [['content', 'not a JWT', OPAQUE]] }];
  const { header, claims, defect } = readable;
  return [
    ...(defect === undefined ? [] : [{ title: 'Malformed token', lines: [malformedLine(defect)] }]),
    {
      title: 'Token (the signature is not checked: use ias verify)',
      lines: Object.entries(header).map(([name, value]) => [
        name,
        visibleValue(value),
        meaningOfHeader(name) ?? 'Not used.',
      ]),
    },
    { title: 'Claims', lines: Object.entries(claims).map(([name, value]) => claimLine(name, value, now)) },
    { title: 'Proof of possession', lines: proofLines(claims, certificate) },
  ];
}

const OPAQUE =
  'Only its issuer can read it. For the grant jwt-bearer, IAS answers with an opaque token unless the request contains token_format=jwt.';

const malformedLine = (defect: string): Line => [
  'verdict',
  'rejected by every receiver (token_malformed)',
  defect,
];

function claimLine(name: string, value: unknown, now: number): Line {
  const meaning = meaningOfClaim(name) ?? 'Not described here.';
  if (!DATE_CLAIMS.has(name) || typeof value !== 'number') return [name, visibleValue(value), meaning];
  const isOver = name === 'exp' && value * 1_000 < now;
  return [name, describeMoment(value * 1_000, now), isOver ? `${meaning} It has expired.` : meaning];
}

function proofLines({ cnf }: Json, certificate: X509Certificate | undefined): Line[] {
  const thumbprint = isObject(cnf) ? cnf['x5t#S256'] : undefined;
  const bound = typeof thumbprint === 'string';
  const lines: Line[] = [
    bound
      ? ['bound to', visibleValue(thumbprint), 'A caller must present the certificate with this thumbprint.']
      : ['bound to', 'nothing', 'Anyone who has the token can use it.'],
  ];
  if (certificate !== undefined) {
    const matches = thumbprint === thumbprintOf(certificate);
    lines.push(['certificate', oneLine(certificate.subject)]);
    lines.push(['match', matches ? 'yes' : 'no', matches ? MATCHES : DIFFERS]);
  }
  return lines;
}

const MATCHES = 'cnf of the token is the thumbprint of the certificate.';
const DIFFERS = 'cnf of the token is not the thumbprint of the certificate.';
