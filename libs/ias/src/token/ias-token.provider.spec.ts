import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { Test } from '@nestjs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IAS_CLOCK } from '../ias.clock.js';
import { IasModule } from '../ias.module.js';
import { IasTokenProvider } from './ias-token.provider.js';

let landscape: Landscape;
let folder: string;
let now: number;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  landscape = await startLandscape({ now: () => now });
  folder = mkdtempSync(join(tmpdir(), 'nest-ias-'));
  writeFileSync(join(folder, 'ca.pem'), landscape.ca.pem);
});
afterAll(async () => {
  await landscape.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  now = Date.now();
  landscape.tenant.reset();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startProvider(credentials?: unknown): Promise<IasTokenProvider> {
  const module = await Test.createTestingModule({
    imports: [
      IasModule.forRoot({
        outbound: true,
        credentials: credentials ?? (await landscape.issueBinding({ type: 'X509_GENERATED' })),
        caFile: join(folder, 'ca.pem'),
      }),
    ],
  })
    .overrideProvider(IAS_CLOCK)
    .useValue(() => now)
    .compile();
  closing.push(() => module.close());
  return module.get(IasTokenProvider);
}

const forwardSeconds = (seconds: number) => {
  now += seconds * 1_000;
};

describe('IasTokenProvider', () => {
  it('sends client_id and the certificate, and no secret', async () => {
    const tokens = await startProvider();
    const token = await tokens.getToken();

    const [request] = landscape.tenant.requests;
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'client_credentials',
      client_id: landscape.application.clientId,
      app_tid: landscape.application.appTid,
    });
    expect(request?.headers.authorization).toBeUndefined();
    expect(request?.clientCertificateThumbprint).toBe(token.certificateThumbprint);
    expect(claimsOf(token.value)).toMatchObject({ cnf: { 'x5t#S256': token.certificateThumbprint } });
    expect(token.expiresAt).toBe(token.obtainedAt + 3_600_000);
  });

  it('fetches nothing before it is asked', async () => {
    await startProvider();
    expect(landscape.tenant.counters.handshakes).toBe(0);
  });

  it('answers 100 callers at once with one token request on one connection', async () => {
    const tokens = await startProvider();
    const all = await Promise.all(Array.from({ length: 100 }, () => tokens.getToken()));
    expect(new Set(all).size).toBe(1);
    expect(landscape.tenant.counters).toMatchObject({ token: 1, handshakes: 1 });
  });

  it('gives the cached token while it lives, and a new one after that', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    forwardSeconds(2_000);
    expect(await tokens.getToken()).toBe(first);
    forwardSeconds(1_599);
    expect(await tokens.getToken()).not.toBe(first);
    expect(landscape.tenant.counters).toMatchObject({ token: 2, handshakes: 1 });
  });

  it('refreshes in the background before the token expires', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    forwardSeconds(3_100);
    expect(await tokens.getToken()).toBe(first);
    await expect.poll(() => tokens.getToken()).not.toBe(first);
    expect(landscape.tenant.counters.token).toBe(2);
  });

  it('fetches anew after a token was invalidated', async () => {
    const tokens = await startProvider();
    const first = await tokens.getToken();
    tokens.invalidate(first);
    expect(await tokens.getToken()).not.toBe(first);
  });

  it('ends the wait of a caller whose signal aborts, and not the request of the others', async () => {
    const tokens = await startProvider();
    const controller = new AbortController();
    const aborted = tokens.getToken({ signal: controller.signal });
    const other = tokens.getToken();
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'token_request_aborted' });
    await expect(other).resolves.toBeDefined();
    expect(landscape.tenant.counters.token).toBe(1);
  });

  it('authenticates with a client secret, whatever characters it has', async () => {
    const tokens = await startProvider(await landscape.issueBinding({ type: 'SECRET' }));
    const token = await tokens.getToken();
    expect(token.certificateThumbprint).toBeUndefined();
    expect(landscape.tenant.requests[0]).toMatchObject({ status: 200 });
  });

  it('shows no token when inspected, serialised or printed', async () => {
    const tokens = await startProvider();
    const token = await tokens.getToken();
    const shown = [inspect(token, { depth: 9, showHidden: true }), JSON.stringify({ token }), String(token)];
    for (const text of shown) expect(text).not.toContain(token.value);
  });
});

describe('failures of the token request', () => {
  it('names the tenant and the remedy when the certificate is revoked, and repeats no secret', async () => {
    const credentials = await landscape.issueBinding({ type: 'X509_GENERATED' });
    const tokens = await startProvider(credentials);
    landscape.tenant.revokeCertificate((await tokens.getToken()).certificateThumbprint ?? '');
    forwardSeconds(3_599);
    const error: unknown = await tokens.getToken().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'client_rejected',
      kind: 'refused',
      message: expect.stringContaining(`${landscape.tenant.url}: it answered 401 invalid_client`),
    });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('PRIVATE KEY');
    expect(error).not.toHaveProperty('cause');
  });

  it('tells an authority that is not trusted', async () => {
    const module = await Test.createTestingModule({
      imports: [
        IasModule.forRoot({
          outbound: true,
          credentials: await landscape.issueBinding({ type: 'X509_GENERATED' }),
        }),
      ],
    }).compile();
    closing.push(() => module.close());
    await expect(module.get(IasTokenProvider).getToken()).rejects.toMatchObject({
      code: 'token_endpoint_untrusted',
      message: expect.stringContaining('IAS_CA_FILE'),
    });
  });

  it('tells a tenant that cannot be reached, and works again when it can', async () => {
    const other = await startLandscape();
    const credentials = await other.issueBinding({ type: 'X509_GENERATED' });
    await other.stop();
    const tokens = await startProvider(credentials);
    await expect(tokens.getToken()).rejects.toMatchObject({
      code: 'token_endpoint_unreachable',
      kind: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

function claimsOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
