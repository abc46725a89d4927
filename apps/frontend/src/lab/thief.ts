import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { Inject, Injectable } from '@nestjs/common';
import axios from 'axios';
import type { AxiosResponse } from 'axios';
import { DownstreamError } from 'nest-ias';
import type { DownstreamErrorCode, PossessionProof } from 'nest-ias';
import { classifyTransportFailure, lookupLoopback } from 'nest-ias/internal';
import { z } from 'zod';
import { withoutTokens } from '../backend/token-text.js';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings } from '../frontend-settings.js';
import type { ClientCredentials } from './landscape-admin.js';
import type { LabAnswer } from './lab-outcome.js';

const DEADLINE_MS = 10_000;
const MAX_BYTES = 100_000;
const MAX_CHALLENGE = 500;

const answer = z.object({
  code: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/)
    .nullish()
    .catch(null),
  proof: z.enum(['verified', 'unbound', 'unchecked']).nullish().catch(null),
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
  readonly proof: PossessionProof | null;
}

/** Calls the backend like a thief who has this app's token, but not its private key. */
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
      lookup: lookupLoopback,
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
        httpAgent: new HttpAgent({ lookup: lookupLoopback }),
        proxy: false,
        maxRedirects: 0,
        timeout: DEADLINE_MS,
        signal: AbortSignal.timeout(DEADLINE_MS),
        maxContentLength: MAX_BYTES,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
      })
      .catch((error: unknown) => {
        throw failureOf(error);
      })
      .finally(() => httpsAgent.destroy());
    return toAnswer(response, token);
  }
}

/** Which code and sentence stands for a failure; every other one means that the backend is unreachable. */
const FAILURES: Readonly<Record<string, readonly [DownstreamErrorCode, string]>> = {
  timeout: ['downstream_timeout', 'The backend did not answer the replay in time: check its log.'],
  untrusted: [
    'downstream_untrusted',
    'The router of the backend has a certificate that this app does not trust.',
  ],
  misnamed: ['downstream_untrusted', 'The router of the backend has a certificate for another host.'],
  'certificate-refused': ['downstream_rejected', 'The router of the backend refused the other certificate.'],
  'too-large': [
    'downstream_malformed',
    `The answer of the backend to the replay is larger than ${MAX_BYTES} bytes.`,
  ],
  malformed: ['downstream_malformed', 'The answer of the backend to the replay is not HTTP.'],
};

/** The error of axios contains the token, so it is not kept. */
function failureOf(error: unknown): DownstreamError {
  const { reason } = classifyTransportFailure(error);
  const [code, message] = FAILURES[reason] ?? [
    'downstream_unreachable',
    'The backend did not answer the replay: check that it runs.',
  ];
  return new DownstreamError(code, message);
}

function toAnswer({ status, headers, data }: AxiosResponse<string>, token: string): ReplayAnswer {
  const challenge: unknown = headers['www-authenticate'];
  const { code = null, proof = null } = answer.safeParse(parse(data)).data ?? {};
  return {
    status,
    // first without tokens, then shorter: half a token would not be recognized
    challenge: typeof challenge === 'string' ? withoutTokens(challenge, token).slice(0, MAX_CHALLENGE) : null,
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
