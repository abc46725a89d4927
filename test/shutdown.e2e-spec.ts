import { Agent, get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { DeployedApp } from './helper/deployed-app.js';
import { skipWithoutSignals } from './helper/process-tree.js';

const CLIENTS = 12;
const REQUESTS_BEFORE = 5;

/** Code that runs in the app. At the end it prints the number of accepted connections, and of those without a response. */
const COUNT_CONNECTIONS = `
  import { subscribe } from 'node:diagnostics_channel';
  const unanswered = new Set();
  let accepted = 0;
  subscribe('net.server.socket', ({ socket }) => { accepted += 1; unanswered.add(socket); });
  subscribe('http.server.response.finish', ({ socket }) => unanswered.delete(socket));
  process.on('exit', () => console.log('connections ' + JSON.stringify({ accepted, unanswered: unanswered.size })));`;

const VCAP_SERVICES = JSON.stringify({
  identity: [
    {
      name: 'clicreIas',
      label: 'identity',
      credentials: {
        clientid: 'client',
        url: 'https://tenant.accounts.example.com',
        domains: ['accounts.example.com'],
        'credential-type': 'NONE',
      },
    },
  ],
});

/** Returns `ok` or an error code. */
function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((settle) => {
    const request = get(`${url}/health/live`, { agent }, (response) => {
      response.resume().once('end', () => settle('ok'));
      response.once('error', ({ message }) => settle(message));
    });
    request.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
  });
}

describe('SIGTERM under load', () => {
  it('loses no request on a kept connection, and responds on each accepted connection', async (context) => {
    skipWithoutSignals(context);
    const app = await DeployedApp.start('backend', {
      VCAP_SERVICES,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(COUNT_CONNECTIONS)}`,
    });
    const kept: string[] = [];
    const once: string[] = [];
    const keep = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const client = async (answers: string[], agent?: Agent) => {
      while (answers.at(-1) !== 'ECONNREFUSED') answers.push(await ask(app.url, agent ?? new Agent()));
    };
    const clients = Array.from({ length: CLIENTS }, () => [client(kept, keep), client(once)]).flat();
    await expect
      .poll(() => Math.min(kept.length, once.length), { timeout: 15_000 })
      .toBeGreaterThan(CLIENTS * REQUESTS_BEFORE);

    const { code, output } = await app.stop();
    await Promise.all(clients);
    expect(code).toBe(0);
    expect(new Set(kept)).toEqual(new Set(['ok', 'ECONNREFUSED']));
    const [, counts = ''] = /^connections (.+)$/m.exec(output) ?? [];
    expect(JSON.parse(counts)).toEqual({ accepted: expect.any(Number), unanswered: 0 });
  });
});
