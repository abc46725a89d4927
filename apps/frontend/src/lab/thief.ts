import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import axios from 'axios';
import type { AxiosResponse } from 'axios';
import { DownstreamError } from 'nest-ias';
import { z } from 'zod';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import type { ClientCredentials } from './landscape-admin.js';
import type { LabAnswer } from './lab-actions.js';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 100_000;
const MAX_CHALLENGE = 500;

/** What a token consists of. */
const TOKEN = /eyJ[\w-]{8,}\.[\w.-]+/g;

const answer = z.object({
  code: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .nullish()
    .catch(null),
  proof: z.string().max(20).nullish().catch(null),
});

/** A request with a stolen token. */
export interface Replay {
  /** The text of the token. */
  readonly token: string;
  readonly credentials?: ClientCredentials | undefined;
  /** Value of `x-forwarded-client-cert`. */
  readonly forgedHeader?: string | undefined;
}

export interface ReplayAnswer extends LabAnswer {
  /** Member `proof` of the answer of the backend. */
  readonly proof: string | null;
}

/** Calls the backend as somebody would who has stolen the token of this app, but not its private key. */
@Injectable()
export class Thief {
  readonly #settings: FrontendSettings;

  constructor(@Inject(FRONTEND_SETTINGS) settings: FrontendSettings) {
    this.#settings = settings;
  }

  /** @throws {DownstreamError} the backend did not answer */
  async replay({ token, credentials, forgedHeader }: Replay): Promise<ReplayAnswer> {
    const { backendUrl, lab } = this.#settings;
    const ca =
      lab?.caFile === undefined ? undefined : [...rootCertificates, await readFile(lab.caFile, 'utf8')];
    const httpsAgent = new Agent({
      lookup,
      ...(ca && { ca }),
      ...(credentials && { cert: credentials.certificate, key: credentials.key }),
    });
    const response = await axios
      .get<string>(`${backendUrl.replace(/\/$/, '')}/endpoint`, {
        headers: {
          authorization: `Bearer ${token}`,
          ...(forgedHeader !== undefined && { 'x-forwarded-client-cert': forgedHeader }),
        },
        httpsAgent,
        httpAgent: new HttpAgent({ lookup }),
        proxy: false,
        maxRedirects: 0,
        timeout: DEADLINE_MS,
        signal: AbortSignal.timeout(DEADLINE_MS),
        maxContentLength: MAX_BYTES,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
      })
      .catch(() => {
        throw new DownstreamError(
          'downstream_unreachable',
          'The backend did not answer the replay: check that it runs.',
        );
      })
      .finally(() => httpsAgent.destroy());
    return toAnswer(response);
  }
}

function toAnswer({ status, headers, data }: AxiosResponse<string>): ReplayAnswer {
  const challenge: unknown = headers['www-authenticate'];
  const { code = null, proof = null } = answer.safeParse(parse(data)).data ?? {};
  return {
    status,
    challenge:
      typeof challenge === 'string' ? challenge.slice(0, MAX_CHALLENGE).replaceAll(TOKEN, '[token]') : null,
    code,
    proof,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The lab runs only on this machine, and many systems do not resolve names below `.localhost`. */
const lookup: LookupFunction = (_name, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};
