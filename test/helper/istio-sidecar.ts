import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const HEADER = 'x-forwarded-client-cert';

/** Element that Istio's sidecar appends for the hop from the gateway: its mesh certificate, without `Cert` (APPEND_FORWARD). */
const GATEWAY_HOP =
  'By=spiffe://cluster.local/ns/nest-ias/sa/default;Hash=6d1f9f3a6ac94ff925841aeb9c15bb3323014e3da2c224ea7697698acf413226;' +
  'Subject="";URI=spiffe://cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';

/** A proxy in front of an app that acts like the mesh sidecar for connections from the gateway. */
export class Sidecar {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param appUrl URL of the app in the same pod */
  static async start(appUrl: string): Promise<Sidecar> {
    const server = createServer((incoming, answer) => forward(incoming, answer, appUrl));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Sidecar(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function forward(incoming: IncomingMessage, answer: ServerResponse, appUrl: string): void {
  const { method, url = '/', headers } = incoming;
  const chain = [headers[HEADER], GATEWAY_HOP].filter((element) => element !== undefined).join(',');
  const outgoing = request(new URL(url, appUrl), { method, headers: { ...headers, [HEADER]: chain } });
  outgoing.on('response', (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.on('error', () => answer.destroy());
  incoming.pipe(outgoing);
}
