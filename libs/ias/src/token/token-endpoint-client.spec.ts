import type { HttpService } from '@nestjs/axios';
import { Agent } from 'node:https';
import { expect, it } from 'vitest';
import type { IdentityBinding } from '../binding/identity-binding.js';
import { TokenEndpointClient } from './token-endpoint-client.js';
import { clientCredentialsRequest } from './token-request.js';

it('TokenEndpointClient stops when its signal aborts, even if the HTTP client does not', async () => {
  const silent = { axiosRef: { post: () => new Promise(() => undefined) } } as unknown as HttpService;
  const settings = { requireBoundTokens: false };
  const client = new TokenEndpointClient(
    async () => silent,
    settings,
    () => 0,
  );
  const binding = { url: 'https://t.example', clientId: 'C' } as IdentityBinding;
  const controller = new AbortController();
  const answer = client.request(
    clientCredentialsRequest(binding, {}),
    { binding, agent: new Agent(), fingerprint: 'f' },
    controller.signal,
  );
  controller.abort(Object.assign(new Error('overdue'), { code: 'ETIMEDOUT' }));
  await expect(answer).rejects.toMatchObject({ code: 'token_endpoint_timeout' });
});
