import { basename } from 'node:path';
import { readVariables, serverVariables, toServerSettings } from '@nest-ias/runtime';
import type { ServerSettings } from '@nest-ias/runtime';
import { ConfigurationError, isDeployed, isLoopback, parseTargetUrl } from 'nest-ias';
import { z } from 'zod';

/** Injection token of {@link FrontendSettings}. */
export const FRONTEND_SETTINGS = Symbol('FRONTEND_SETTINGS');

/** Settings of this app. `IasModule` reads its own variables. */
export interface FrontendSettings extends ServerSettings {
  /** Base URL of the backend. */
  readonly backendUrl: string;
  /** Present if the local landscape runs this app: the page has a lab. */
  readonly lab: LabSettings | undefined;
}

/** How the lab reaches the local landscape. */
export interface LabSettings {
  /** Origin of the admin endpoint, on loopback. */
  readonly adminUrl: string;
  /** File with the bearer token of the admin endpoint. */
  readonly adminTokenFile: string | undefined;
  /** Name of our binding at the landscape; `undefined` if the landscape cannot rotate it. */
  readonly binding: string | undefined;
  /** File with additional trusted authorities. `IasModule` validates it. */
  readonly caFile: string | undefined;
}

/** Environment variables of this app. */
const variables = serverVariables(3000).extend({
  /**
   * Base URL of the backend; `http` only on loopback.
   *
   * @default `http://localhost:3001`
   */
  BACKEND_URL: z
    .string()
    .default('http://localhost:3001')
    .transform((url) => parseTargetUrl(url, 'BACKEND_URL').href),
  /**
   * Admin endpoint of the local landscape, which sets it. The page then has a lab. The URL must be on loopback, and a
   * deployed app does not start with it.
   *
   * @default no lab
   */
  LANDSCAPE_ADMIN_URL: z
    .union([z.literal(''), z.string().refine(isOnLoopback)])
    .optional()
    .describe('the URL of a landscape on this machine'),
  /** File with the bearer token of the admin endpoint, which the landscape sets, too. */
  LANDSCAPE_ADMIN_TOKEN_FILE: z.string().optional(),
  // `IasModule` validates them.
  IAS_CA_FILE: z.string().optional(),
  VCAP_SERVICES_FILE_PATH: z.string().optional(),
});

/** @throws {ConfigurationError} naming the first variable whose value is invalid */
export function readFrontendSettings(environment: NodeJS.ProcessEnv = process.env): FrontendSettings {
  const values = readVariables(variables, environment);
  const server = toServerSettings(values, environment);
  const backendUrl = values.BACKEND_URL;
  return {
    ...server,
    backendUrl,
    calledUrls: [...server.calledUrls, backendUrl],
    lab: hasLab(environment) ? readLabSettings(values, environment) : undefined,
  };
}

/** Whether the page has a lab: only if the local landscape runs this app. */
export function hasLab({ LANDSCAPE_ADMIN_URL }: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(LANDSCAPE_ADMIN_URL);
}

function readLabSettings(values: z.output<typeof variables>, environment: NodeJS.ProcessEnv): LabSettings {
  if (isDeployed(environment)) {
    throw new ConfigurationError(
      'The environment variable LANDSCAPE_ADMIN_URL is set, but this app is deployed: remove it, because the lab hands access tokens to a thief.',
    );
  }
  const { LANDSCAPE_ADMIN_URL = '', VCAP_SERVICES_FILE_PATH } = values;
  return {
    adminUrl: new URL(LANDSCAPE_ADMIN_URL).origin,
    adminTokenFile: values.LANDSCAPE_ADMIN_TOKEN_FILE || undefined,
    binding: VCAP_SERVICES_FILE_PATH ? basename(VCAP_SERVICES_FILE_PATH, '.json') : undefined,
    caFile: values.IAS_CA_FILE || undefined,
  };
}

function isOnLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && isLoopback(hostname) && username === '' && password === '';
}
