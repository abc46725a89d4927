/** An HTTP answer of supertest (`status`) or of Fastify's `inject` (`statusCode`). */
export interface HttpAnswer {
  readonly status?: number;
  readonly statusCode?: number;
  /** Headers with lower-case names. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed body or JSON text. */
  readonly body: unknown;
}

/** Returns the status of an answer. */
export function statusOf({ status, statusCode }: HttpAnswer): number | undefined {
  return status ?? statusCode;
}

/** Returns the stable `code` in the problem details of an answer. */
export function problemCodeOf({ body }: HttpAnswer): unknown {
  const problem: unknown = typeof body === 'string' ? parseJson(body) : body;
  return typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
}

/** Returns the error code of the Bearer challenge, or `undefined` if there is none. */
export function challengeErrorOf({ headers }: HttpAnswer): string | undefined {
  const challenge = headers['www-authenticate'];
  return typeof challenge === 'string' ? /^Bearer .*?\berror="([^"]*)"/.exec(challenge)?.[1] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
