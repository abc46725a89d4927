import { request as requestPlainly } from 'node:http';
import { Agent, request } from 'node:https';

/** An answer of the router, or the reason why there is none. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A certificate chain and its key, PEM. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** An HTTP client that trusts the landscape's certificate authority. It can also call apps without the router. */
export class RouterClient {
  readonly #agent: Agent;

  /** @param identity the client certificate, if any */
  constructor(ca: string, identity?: ClientIdentity) {
    this.#agent = new Agent({
      ca,
      ...(identity && { cert: identity.certificate, key: identity.key }),
      keepAlive: true,
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      },
    });
  }

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.#send(url, 'GET', headers);
  }

  async postForm(url: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#send(url, 'POST', headers, new URLSearchParams(form).toString());
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    content?: string,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = { method, headers: { accept: 'application/json', ...headers } };
      const outgoing = url.startsWith('https:')
        ? request(url, { ...options, agent: this.#agent })
        : requestPlainly(url, options);
      outgoing.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      });
      outgoing.on('error', reject).end(content);
    });
  }
}

/** Callers that request one URL without pauses. */
export class RouterLoad {
  #running = true;
  #answered = 0;
  readonly #lost: string[] = [];
  readonly #callers: readonly Promise<void>[];

  /** @param observe called with the body of each successful answer */
  constructor(
    client: RouterClient,
    url: string,
    callers: number,
    private readonly observe: (body: string) => void = () => undefined,
  ) {
    this.#callers = Array.from({ length: callers }, async () => this.#call(client, url));
  }

  /** Number of successful requests so far. */
  get answered(): number {
    return this.#answered;
  }

  /** @returns the outcome of each failed request */
  async stop(): Promise<readonly string[]> {
    this.#running = false;
    await Promise.all(this.#callers);
    return this.#lost;
  }

  async #call(client: RouterClient, url: string): Promise<void> {
    while (this.#running) {
      try {
        const { status, body } = await client.get(url);
        if (status === 200) {
          this.#answered += 1;
          this.observe(body);
        } else {
          this.#lost.push(`${status} ${body}`);
        }
      } catch (error) {
        this.#lost.push(String(error));
      }
    }
  }
}
