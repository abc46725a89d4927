import { Agent, get } from 'node:https';

/** An answer that came through the router, or why none came. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A client outside of the platform: reaches routes of the landscape's router over TLS, and trusts its authority. */
export class RouterClient {
  readonly #agent: Agent;

  constructor(ca: string) {
    this.#agent = new Agent({
      ca,
      keepAlive: true,
      lookup: (_host, options, callback) => {
        if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      },
    });
  }

  async get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      get(url, { agent: this.#agent, headers: { accept: 'application/json', ...headers } }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      }).on('error', reject);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Callers that ask for one URL without a pause. */
export class RouterLoad {
  #running = true;
  #answered = 0;
  readonly #lost: string[] = [];
  readonly #callers: readonly Promise<void>[];

  constructor(client: RouterClient, url: string, callers: number) {
    this.#callers = Array.from({ length: callers }, async () => this.#call(client, url));
  }

  /** Requests answered as they should be so far. */
  get answered(): number {
    return this.#answered;
  }

  /** @returns what became of every request that was not answered as it should be */
  async stop(): Promise<readonly string[]> {
    this.#running = false;
    await Promise.all(this.#callers);
    return this.#lost;
  }

  async #call(client: RouterClient, url: string): Promise<void> {
    while (this.#running) {
      try {
        const { status, body } = await client.get(url);
        if (status === 200) this.#answered += 1;
        else this.#lost.push(`${status} ${body}`);
      } catch (error) {
        this.#lost.push(String(error));
      }
    }
  }
}
