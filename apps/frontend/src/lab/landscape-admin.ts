import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { FRONTEND_SETTINGS } from '../frontend-settings.js';
import type { FrontendSettings, LabSettings } from '../frontend-settings.js';
import { LandscapeError, SENT_NOTHING } from './landscape-error.js';

const DEADLINE_MS = 10_000;
/** Far more than a binding takes. */
const MAX_BYTES = 1_000_000;

const issued = z.object({
  credentials: z.object({ certificate: z.string(), key: z.string() }).refine(belongTogether),
});

/** A client certificate with its key. */
export interface ClientCredentials {
  readonly certificate: string;
  readonly key: string;
}

/** Calls the admin endpoint of the local landscape. */
@Injectable()
export class LandscapeAdmin {
  readonly #settings: FrontendSettings;

  constructor(@Inject(FRONTEND_SETTINGS) settings: FrontendSettings) {
    this.#settings = settings;
  }

  /** @returns the status of the answer */
  async addFault(fault: object): Promise<number> {
    return (await this.#send('POST', '/faults', fault)).status;
  }

  async removeFaults(): Promise<number> {
    return (await this.#send('DELETE', '/faults')).status;
  }

  async removeLocks(): Promise<number> {
    return (await this.#send('DELETE', '/locks')).status;
  }

  /** @param certificate thumbprint */
  async revoke(certificate: string): Promise<number> {
    return (await this.#send('POST', '/revocations', { certificate })).status;
  }

  async rotate(binding: string): Promise<number> {
    return (await this.#send('POST', '/rotations', { binding })).status;
  }

  /** Issues a certificate to our application that no token is bound to. */
  async issueOtherCertificate(): Promise<ClientCredentials> {
    const { body } = await this.#send('POST', '/bindings', {});
    const result = issued.safeParse(body);
    if (result.success) return result.data.credentials;
    throw new LandscapeError('downstream_malformed', 'The landscape issued no certificate.');
  }

  /** @throws {LandscapeError} */
  async #send(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
    const { adminUrl } = this.#lab;
    const headers = await this.#credentials();
    let response: Response;
    let text: string | undefined;
    try {
      response = await fetch(adminUrl + path, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
        ...(body && { body: JSON.stringify(body) }),
      });
      text = await readText(response);
    } catch {
      throw new LandscapeError(
        'downstream_unreachable',
        `The landscape at ${adminUrl} does not answer. If it was restarted, restart this app, too.`,
      );
    }
    if (text === undefined) {
      throw new LandscapeError(
        'downstream_malformed',
        `The answer of the landscape to ${method} ${path} is larger than ${MAX_BYTES} bytes.`,
        { status: response.status },
      );
    }
    if (response.ok) return { status: response.status, body: parse(text) };
    throw new LandscapeError(
      'downstream_failed',
      `The landscape refused ${method} ${path} with ${response.status}. If it was restarted, restart this app, too.`,
      { status: response.status },
    );
  }

  get #lab(): LabSettings {
    if (this.#settings.lab === undefined) throw new Error('The lab needs LANDSCAPE_ADMIN_URL.');
    return this.#settings.lab;
  }

  /** Reads the token each time: the landscape writes a new one when it starts. */
  async #credentials(): Promise<Record<string, string>> {
    const { adminTokenFile } = this.#lab;
    if (adminTokenFile === undefined) return {};
    try {
      return { authorization: `Bearer ${(await readFile(adminTokenFile, 'utf8')).trim()}` };
    } catch {
      throw new LandscapeError(
        'downstream_unreachable',
        'The file of LANDSCAPE_ADMIN_TOKEN_FILE cannot be read: start the landscape.',
        { sent: SENT_NOTHING },
      );
    }
  }
}

/** @returns `undefined` if the body is too large, which ends the connection */
async function readText({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function belongTogether({ certificate, key }: ClientCredentials): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
