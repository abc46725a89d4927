import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IasClient, IasClientModule } from '../src/index.js';
import { Outbound } from './outbound.js';

/** An HTTPS server that answers with the number of its connections. */
const SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  let connections = 0;
  const server = require('node:https')
    .createServer(workerData, (_, response) => response.end(String(connections)))
    .on('secureConnection', () => (connections += 1))
    .listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

let outbound: Outbound;
/** In a thread of its own, so that it answers while this one is busy. */
let server: Worker;

beforeAll(async () => {
  outbound = await Outbound.start();
  const issued = await outbound.landscape.issueServerCertificate({ dnsNames: ['localhost'] });
  server = new Worker(SERVER, { eval: true, workerData: { cert: issued.certificate, key: issued.key } });
});
afterAll(async () => {
  await outbound.stop();
  await server.terminate();
});

/** Lets no event be handled for some time. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

it('keeps a connection whose response arrives before TLS has reported that the request is written', async () => {
  const [port] = (await once(server, 'message')) as [number];
  const client = IasClientModule.register({ baseURL: `https://localhost:${port}` });
  const calls = (await outbound.startModule({}, [client])).get(IasClient, { strict: false });
  for (let count = 0; count < 10; count += 1) {
    const call = calls.get('/');
    // until the request waits for the next turn of the event loop
    for (let tick = 0; tick < 100; tick += 1) await Promise.resolve();
    setImmediate(block, 20);
    expect((await call).text()).toBe('1');
    // undici waits for the end of this turn before it uses the connection again
    await delay(5);
  }
});
