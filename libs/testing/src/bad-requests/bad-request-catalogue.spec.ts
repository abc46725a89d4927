import request from 'supertest';
import { describe, expect } from 'vitest';
import { createProtectedApp, PLATFORMS } from '../../test/protected-app.js';
import { REJECTION_CODES } from '../matchers/expected-rejections.js';
import { iasTest as it } from '../vitest/index.js';
import { BAD_REQUESTS, BAD_TOKENS } from './bad-request-catalogue.js';

/** Codes that need other options than the defaults, a decorator or an unreachable tenant. */
const NOT_BY_DEFAULT = [
  'token_refused',
  'proof_required',
  'proof_expired',
  'api_missing',
  'caller_not_allowed',
  'technical_user_required',
  'issuer_unresolved',
  'keys_unavailable',
  'verdict_unavailable',
];

describe('the catalogue', () => {
  it('contains each cause once', () => {
    const causes = BAD_REQUESTS.map(({ cause }) => cause);
    expect(causes.filter((cause, index) => causes.indexOf(cause) !== index)).toEqual([]);
  });

  it('covers every code that a request alone can cause', () => {
    const covered = new Set<string>(BAD_REQUESTS.map(({ code }) => code));
    expect(REJECTION_CODES.filter((code) => !covered.has(code)).toSorted()).toEqual(
      NOT_BY_DEFAULT.toSorted(),
    );
  });

  it.for(PLATFORMS)(
    'is rejected by a guard on %s, token by token',
    async (platform, { landscape, forger }) => {
      const app = await createProtectedApp(landscape, { platform });
      const agent = request(await app.listen(0, '127.0.0.1'));
      expect((await agent.get('/claims').auth(forger.token, { type: 'bearer' })).status).toBe(200);
      for (const { forge, code, status } of BAD_TOKENS) {
        const answer = await agent.get('/claims').auth(forge(forger), { type: 'bearer' });
        expect(answer).toBeRejectedWith(code);
        expect(answer.status).toBe(status);
      }
      await app.close();
    },
  );
});
