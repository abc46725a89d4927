/** An HTTP answer as supertest (`status`) or Fastify's `inject` (`statusCode`) gives it. */
export interface HttpAnswer {
  readonly status?: number;
  readonly statusCode?: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed, or JSON text. */
  readonly body: unknown;
}

/** Status of an answer. */
export function statusOf({ status, statusCode }: HttpAnswer): number | undefined {
  return status ?? statusCode;
}

/** The stable `code` in the problem details of an answer. */
export function problemCodeOf({ body }: HttpAnswer): unknown {
  const problem: unknown = typeof body === 'string' ? parseJson(body) : body;
  return typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
}

/** Error code of the Bearer challenge, or `undefined` where there is none. */
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
