import { DAY_MS, describeSpan } from '@nest-ias/runtime/internal';
import { createPrivateKey } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import { BindingError, ClientCertificate, repairPem } from 'nest-ias/internal';
import { readCertificate } from '../inspect/recognise.js';
import { oneLine } from '../inspect/certificate-report.js';
import { describeMoment } from '../text/moments.js';
import { broken, ok, skipped, skippedFor, warning } from './check.js';
import type { Finding } from './check.js';
import type { Investigation } from './investigation.js';
import { findPemProblem, hasLines, lostLineBreaks } from './pem-problem.js';
import { OWN_FILES } from './remedies.js';

const WARNING_MS = 7 * DAY_MS;
/** A new certificate stays valid if the local clock is behind the clock of the tenant. */
const CLOCK_SKEW_MS = 60_000;

/** Why these checks do not apply; `undefined` if they do. */
function notNeeded({ role, credentialType }: Investigation): Finding | undefined {
  if (role === 'receiver') return skipped('a receiver needs no certificate');
  if (credentialType === 'SECRET' || credentialType === 'NONE')
    return skipped(`credential-type ${credentialType} has no certificate`);
  return undefined;
}

/** Whether the certificate can be read. */
export function checkCertificate(investigation: Investigation): Finding {
  const unneeded = notNeeded(investigation);
  if (unneeded !== undefined) return unneeded;
  if (investigation.usesOwnKey && investigation.unreadable.has('own certificate'))
    return skippedFor('environment');
  const pem = certificateText(investigation);
  if (pem === undefined) return certificateMissing(investigation);
  const chain = repairPem(pem).flatMap(({ label, pem: block }) =>
    label === 'CERTIFICATE' ? [readCertificate(block)] : [],
  );
  const [leaf] = chain;
  if (leaf === undefined || chain.includes(undefined)) {
    return broken('The certificate cannot be read', {
      cause: findPemProblem(pem, 'CERTIFICATE'),
      remedy: investigation.usesOwnKey ? OWN_FILES : investigation.remedies.newCertificate,
      code: 'binding_certificate_invalid',
    });
  }
  investigation.chain = chain.filter((certificate) => certificate !== undefined);
  return lostLineBreaks(investigation, 'certificate', pem) ?? ok(oneLine(leaf.subject));
}

function certificateText(investigation: Investigation): string | undefined {
  const own = investigation.usesOwnKey ? investigation.own.certificate : undefined;
  return own ?? investigation.text('certificate');
}

function certificateMissing(investigation: Investigation): Finding {
  const { credentialType, remedies } = investigation;
  if (credentialType === 'X509_ATTESTED') {
    return broken('There is no certificate for credential-type X509_ATTESTED', {
      cause:
        'The binding contains neither certificate nor key: the Zero Trust Identity Service supplies both as files, which no variable names.',
      remedy: OWN_FILES,
      code: 'binding_cannot_fetch_tokens',
    });
  }
  return broken('The binding has no certificate', {
    cause: `credential-type is ${credentialType}, but the property "certificate" ${investigation.lack('certificate')}.`,
    remedy: remedies.newCertificate,
    code: 'binding_invalid',
  });
}

/** Whether the key can be read and belongs to the certificate. */
export function checkKey(investigation: Investigation): Finding {
  const unneeded = notNeeded(investigation);
  if (unneeded !== undefined) return unneeded;
  if (investigation.usesOwnKey && investigation.unreadable.has('own key')) return skippedFor('environment');
  const pem = investigation.usesOwnKey ? investigation.own.key : investigation.text('key');
  const { remedies, chain, name } = investigation;
  const remedy = investigation.usesOwnKey ? OWN_FILES : remedies.newCertificate;
  if (pem === undefined) return keyMissing(investigation);
  investigation.secrets.add(pem);
  const complain = (summary: string, cause: string) =>
    broken(summary, { cause, remedy, code: 'binding_certificate_invalid' });
  const block = repairPem(pem).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block?.label.startsWith('ENCRYPTED') || pem.includes('Proc-Type:'))
    return complain(
      'The key is encrypted',
      'The apps have no passphrase: they need the key without one, protected by the permissions of its file.',
    );
  const key = block && readKey(block.pem);
  if (key === undefined) return complain('The key cannot be read', findPemProblem(pem, 'PRIVATE KEY'));
  const [leaf] = chain;
  if (leaf === undefined) return ok('readable; there is no certificate to compare it with');
  if (!leaf.checkPrivateKey(key))
    return complain(
      'The key belongs to another certificate',
      'Certificate and key come from different bindings, for example after one of two files was replaced.',
    );
  try {
    ClientCertificate.fromPem(chain.map(String).join(''), block?.pem ?? '', name);
  } catch (error) {
    if (!(error instanceof BindingError)) throw error;
    return broken('TLS does not accept the key', {
      cause: 'It is too weak, or of a kind that OpenSSL does not allow.',
      remedy: remedies.newCertificate,
      code: 'binding_certificate_invalid',
    });
  }
  // If the certificate lost them, too, its check reports that.
  const isNamed = !hasLines(certificateText(investigation) ?? '');
  return (
    (isNamed ? undefined : lostLineBreaks(investigation, 'key', pem)) ?? ok('belongs to the certificate')
  );
}

function keyMissing(investigation: Investigation): Finding {
  const { credentialType, remedies } = investigation;
  if (credentialType === 'X509_GENERATED') {
    return broken('The binding has no key', {
      cause: `credential-type is X509_GENERATED, but the property "key" ${investigation.lack('key')}.`,
      remedy: remedies.newCertificate,
      code: 'binding_invalid',
    });
  }
  return broken(`There is no key for credential-type ${credentialType}`, {
    cause: 'With this type the app brings the private key itself: the binding never contains it.',
    remedy: OWN_FILES,
    code: 'binding_cannot_fetch_tokens',
  });
}

function readKey(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** Whether the certificate is valid now, and will be until it is replaced. */
export function checkValidity(investigation: Investigation): Finding {
  const unneeded = notNeeded(investigation);
  if (unneeded !== undefined) return unneeded;
  const { chain, context, remedies, service } = investigation;
  const [leaf] = chain;
  if (leaf === undefined) return skipped('needs a certificate');
  const now = context.now();
  const [from, to] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  const remedy = remedies.newCertificate;
  const code = 'binding_certificate_expired';
  if (now > to) {
    const cause =
      service?.origin === 'key'
        ? 'The service key is old. A service key keeps its certificate until you replace it, at most 30 days.'
        : 'The certificate was not renewed: a binding in the environment changes only when you bind the app again.';
    return broken(`The certificate expired: ${describeMoment(to, now)}`, { cause, remedy, code });
  }
  if (now < from - CLOCK_SKEW_MS) {
    return broken(`The certificate is not valid yet: ${describeMoment(from, now)}`, {
      cause: 'The clock of this machine is behind, or the certificate is not valid until later.',
      remedy: `Check the clock (date -u). If it is right:\n${remedy}`,
      code,
    });
  }
  const until = `valid until ${describeMoment(to, now)}`;
  return rotationProblem(investigation, to, until) ?? expiryWarning(to - now, until, remedy) ?? ok(until);
}

function expiryWarning(left: number, until: string, remedy: string): Finding | undefined {
  if (left >= WARNING_MS) return undefined;
  return warning(until, {
    cause: `The certificate expires in less than 7 days (${describeSpan(left)}).`,
    remedy,
  });
}

const HOURS = { h: 1, m: 1 / 60, s: 1 / 3_600 } as const;

/** Milliseconds of a duration of Go, `72h` or `1h30m`. */
function goDuration(text: string): number {
  const parts = Array.from(
    text.matchAll(/(\d+(?:\.\d+)?)([hms])/g),
    ([, count, unit]) => Number(count) * HOURS[unit as 'h'],
  );
  return parts.reduce((sum, hours) => sum + hours, 0) * 3_600_000;
}

/** In Kyma, the operator replaces the credentials if a policy tells it to and if it does so in time. */
function rotationProblem(
  { service, context, remedies }: Investigation,
  to: number,
  until: string,
): Finding | undefined {
  const rotation = service?.rotation;
  if (rotation === undefined) return undefined;
  if (!rotation.enabled) {
    return warning(until, {
      cause:
        'The ServiceBinding has no credentialsRotationPolicy, so nothing renews the certificate before it expires.',
      remedy: remedies.rotationPolicy,
    });
  }
  const frequency = goDuration(rotation.frequency ?? '');
  if (context.now() + frequency <= to) return undefined;
  return warning(until, {
    cause: `The certificate can expire before the next rotation: the operator rotates every ${rotation.frequency ?? '(not set)'}.`,
    remedy: remedies.rotationPolicy,
  });
}

/** Whether each certificate is followed by its issuer, up to a root or the last but the root. */
export function checkChain(investigation: Investigation): Finding {
  const unneeded = notNeeded(investigation);
  if (unneeded !== undefined) return unneeded;
  const { chain } = investigation;
  const [leaf] = chain;
  if (leaf === undefined) return skipped('needs a certificate');
  const gap = chain.findIndex(
    (certificate, index) => index > 0 && !isIssuedBy(chain[index - 1] ?? certificate, certificate),
  );
  const isAlone = chain.length === 1 && !isIssuedBy(leaf, leaf);
  investigation.chainIsIncomplete = gap > 0 || isAlone;
  if (!investigation.chainIsIncomplete)
    return ok(`${chain.length} certificate${chain.length === 1 ? '' : 's'}, leaf first`);
  return warning(
    isAlone
      ? 'The intermediate certificate is missing'
      : `Certificate ${gap + 1} did not issue the one before it`,
    {
      cause: `A server that does not know "${oneLine(leaf.issuer)}" rejects the certificate in the TLS handshake.`,
      remedy: investigation.usesOwnKey
        ? 'Write the whole chain to the file of IAS_CERTIFICATE_FILE: your certificate first, then its issuer.'
        : investigation.remedies.newCertificate,
      code: 'binding_certificate_invalid',
    },
  );
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
