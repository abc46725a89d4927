import { type Certificate, iasMatchers } from '@nest-ias/testing';
import type { RejectionCode } from 'nest-ias';
import { expect } from 'vitest';

declare module 'vitest' {
  interface Matchers {
    /** The answer of supertest or `inject` is the guard's rejection for this reason: code, status and challenge. */
    toBeRejectedWith(code: RejectionCode): void;
    /** The access token, or its claims, are bound to the certificate (RFC 8705 §3.1). */
    toBeBoundTo(certificate: Certificate): void;
  }
}

expect.extend(iasMatchers);

export { iasTest } from './ias-test-fixture.js';
