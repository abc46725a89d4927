import { readVariables, serverVariables, toServerSettings } from '@nest-ias/runtime';
import type { ServerSettings } from '@nest-ias/runtime';

/** Injection token of {@link BackendSettings}. */
export const BACKEND_SETTINGS = Symbol('BACKEND_SETTINGS');

/** Settings of this app. `IasModule` reads its own variables. */
export type BackendSettings = ServerSettings;

/** Environment variables of this app. Add yours with `extend`. */
const variables = serverVariables(3001);

/** @throws {ConfigurationError} naming the first variable whose value is invalid */
export function readBackendSettings(environment: NodeJS.ProcessEnv = process.env): BackendSettings {
  return toServerSettings(readVariables(variables, environment), environment);
}
