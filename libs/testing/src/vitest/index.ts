import { type Certificate, iasMatchers } from '@nest-ias/testing';
import type { RejectionCode } from 'nest-ias';
import { expect } from 'vitest';

declare module 'vitest' {
  interface Matchers {
    /** Expects an answer of supertest or `inject` to be the guard's rejection: problem code, status and challenge. */
    toBeRejectedWith(code: RejectionCode): void;
    /** Expects an access token, or its claims, to be bound to the certificate (RFC 8705 §3.1). */
    toBeBoundTo(certificate: Certificate): void;
  }
}

expect.extend(iasMatchers);

export { iasTest } from './ias-test-fixture.js';
