import type { RejectionCode } from 'nest-ias';
import { CERTIFICATE_HOST } from '../presented-certificate.js';
import { badRequest } from './bad-request.js';
import { bearer, type Forger, type Header } from './token-forger.js';

export const XFCC = 'x-forwarded-client-cert';

/** The stolen certificate as the router forwards it. */
export const der = ({ certificate }: Forger) => certificate.raw.toString('base64');

/** A stolen token; the request presents its certificate in an invalid way, or not at all. */
export const stolen = (cause: string, code: RejectionCode, headers: (forger: Forger) => Header[]) =>
  badRequest(cause, code, (forger) => {
    const shown = headers(forger);
    const hasHost = shown.some(([name]) => name === 'host');
    return [...(hasHost ? [] : [['host', CERTIFICATE_HOST] as const]), bearer(forger.boundToken), ...shown];
  });

export const missing = (cause: string, headers: (forger: Forger) => Header[]) =>
  stolen(cause, 'proof_missing', headers);
