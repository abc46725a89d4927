import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Agent } from 'node:https';
import { z } from 'zod';
import { readTrustedAuthorities } from '../../binding/trusted-authorities.js';
import { isUnderDomains } from '../../binding/identity-binding.js';
import type { IdentityBinding } from '../../binding/identity-binding.js';
import { createAgent } from '../../net/agent.js';
import { IAS_SETTINGS } from '../../core/settings.js';
import type { IasSettings } from '../../core/settings.js';
import { IAS_TELEMETRY } from '../../core/telemetry.js';
import type { Operation, Telemetry } from '../../core/telemetry.js';
import { getJson, TenantUnavailableError } from '../../net/json-request.js';
import type { JsonAnswer } from '../../net/json-request.js';
import type { RejectionCode } from '../rejection-codes.js';

/** A trusted issuer, and the binding that requests to it are for. */
export interface TrustedTenant {
  readonly issuer: string;
  readonly binding: IdentityBinding;
}

/** The parties of a verified token. The tenant decides online whether it accepts them (docs/reference/ias-facts.md#tokens). */
export interface TokenParties {
  readonly appTid: string | undefined;
  readonly azp: string | undefined;
  readonly azpAppTid: string | undefined;
}

const MAX_ISSUERS = 1_000;

const discoverySchema = z.looseObject({ jwks_uri: z.url({ protocol: /^https$/ }).max(2_048) });
const jwksSchema = z.looseObject({ keys: z.array(z.unknown()).min(1) });

/** Fetches the keys of trusted tenants, and their verdicts on tokens. */
@Injectable()
export class TenantClient implements OnApplicationShutdown {
  readonly #agent: Agent;
  readonly #telemetry: Telemetry;
  readonly #jwksUrls = new LRUCache<string, URL>({ max: MAX_ISSUERS });

  constructor(@Inject(IAS_SETTINGS) settings: IasSettings, @Inject(IAS_TELEMETRY) telemetry: Telemetry) {
    this.#telemetry = telemetry;
    this.#agent = createAgent({ ca: readTrustedAuthorities(settings) });
  }

  /**
   * The published keys of the tenant, not checked yet (RFC 7517 §5).
   *
   * @param signal aborts all requests
   * @throws {TenantUnavailableError}
   */
  async fetchKeys(tenant: TrustedTenant, signal: AbortSignal): Promise<readonly unknown[]> {
    const readKeys = ({ status, body }: JsonAnswer) => {
      const { success, data } = jwksSchema.safeParse(body);
      if (status === 200 && success) return data.keys;
      throw new TenantUnavailableError(`The tenant ${tenant.issuer} answered ${status} without a key set.`);
    };
    return this.#telemetry.observe(
      { name: 'ias.keys.fetch', server: tenant.issuer, errorTypeOf: unavailableAs('keys_unavailable') },
      () => this.#askForKeys(tenant, {}, signal, readKeys),
    );
  }

  /**
   * Whether the tenant accepts tokens for these parties. It answers 400 if not.
   *
   * @param signal aborts all requests
   * @throws {TenantUnavailableError}
   */
  async fetchVerdict(
    tenant: TrustedTenant,
    { appTid, azp, azpAppTid }: TokenParties,
    signal: AbortSignal,
  ): Promise<boolean> {
    const headers = {
      ...(appTid !== undefined && { 'x-app_tid': appTid }),
      ...(azp !== undefined && { 'x-azp': azp }),
      ...(azpAppTid !== undefined && { 'x-azp_app_tid': azpAppTid }),
    };
    const readVerdict = ({ status }: JsonAnswer) => {
      if (status === 200) return true;
      if (status === 400) return false;
      throw new TenantUnavailableError(
        `The tenant ${tenant.issuer} answered ${status} instead of a verdict.`,
      );
    };
    return this.#telemetry.observe(
      { name: 'ias.verdict.fetch', server: tenant.issuer, errorTypeOf: unavailableAs('verdict_unavailable') },
      () => this.#askForKeys(tenant, headers, signal, readVerdict),
    );
  }

  onApplicationShutdown(): void {
    this.#agent.destroy();
  }

  /** @param read throws for an answer that is neither keys nor a verdict */
  async #askForKeys<Result>(
    tenant: TrustedTenant,
    headers: Record<string, string>,
    signal: AbortSignal,
    read: (answer: JsonAnswer) => Result,
  ): Promise<Result> {
    const { issuer, binding } = tenant;
    const url = this.#jwksUrls.get(issuer) ?? (await this.#discover(tenant, signal));
    try {
      return read(await this.#get(url, { 'x-client_id': binding.clientId, ...headers }, signal));
    } catch (error) {
      // The tenant may have moved its keys: read its configuration again next time.
      this.#jwksUrls.delete(issuer);
      throw error;
    }
  }

  async #discover(tenant: TrustedTenant, signal: AbortSignal): Promise<URL> {
    const configuration = new URL('/.well-known/openid-configuration', tenant.issuer);
    const { status, body } = await this.#get(configuration, {}, signal);
    const { success, data } = discoverySchema.safeParse(body);
    if (status !== 200 || !success) {
      throw new TenantUnavailableError(
        `The tenant ${tenant.issuer} answered ${status} without a usable "jwks_uri".`,
      );
    }
    const url = new URL(data.jwks_uri);
    if (!belongsTo(tenant, url)) {
      throw new TenantUnavailableError(
        `The "jwks_uri" of the tenant ${tenant.issuer} has the origin ${url.origin}, which is not under "domains" of the binding.`,
      );
    }
    this.#jwksUrls.set(tenant.issuer, url);
    return url;
  }

  #get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<JsonAnswer> {
    return getJson(url, { agent: this.#agent, headers, signal });
  }
}

/** The code with which the guard rejects a request if the tenant does not answer (docs/reference/guard.md). */
function unavailableAs(code: RejectionCode): Operation['errorTypeOf'] {
  return (error) => (error instanceof TenantUnavailableError ? code : undefined);
}

function belongsTo({ issuer, binding }: TrustedTenant, { origin, host }: URL): boolean {
  return origin === issuer || isUnderDomains(host, binding.domains);
}
