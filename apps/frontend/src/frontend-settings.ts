import { readVariables, serverVariables, toServerSettings } from '@nest-ias/runtime';
import type { ServerSettings } from '@nest-ias/runtime';
import { parseTargetUrl } from 'nest-ias';
import { z } from 'zod';

/** Injection token of {@link FrontendSettings}. */
export const FRONTEND_SETTINGS = Symbol('FRONTEND_SETTINGS');

/** Settings of this app. `IasModule` reads its own variables. */
export interface FrontendSettings extends ServerSettings {
  /** Base URL of the backend. */
  readonly backendUrl: string;
}

/** Environment variables of this app. */
const variables = serverVariables(3000).extend({
  BACKEND_URL: z
    .string()
    .default('http://localhost:3001')
    .transform((url) => parseTargetUrl(url, 'BACKEND_URL').href),
});

/** @throws {ConfigurationError} naming the first variable whose value is invalid */
export function readFrontendSettings(environment: NodeJS.ProcessEnv = process.env): FrontendSettings {
  const values = readVariables(variables, environment);
  const server = toServerSettings(values, environment);
  const backendUrl = values.BACKEND_URL;
  return { ...server, backendUrl, calledUrls: [...server.calledUrls, backendUrl] };
}
