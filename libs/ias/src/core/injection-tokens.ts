import type { FactoryProvider } from '@nestjs/common';
import { ConfigurationError } from '../errors/ias-error.js';
import type { IasModuleOptions } from './options.js';
import { IAS_SETTINGS } from './settings.js';
import type { IasSettings } from './settings.js';

/** Injection token of options that override those of the app. Tests provide theirs here; the app's other options stay. */
export const IAS_OPTION_OVERRIDES = Symbol('IAS_OPTION_OVERRIDES');

/** A factory: before Nest 12, a test cannot override a provider with `useValue` by one with a factory. */
export const NO_OPTION_OVERRIDES: FactoryProvider<IasModuleOptions> = {
  provide: IAS_OPTION_OVERRIDES,
  useFactory: () => ({}),
};

/** A number in [0, 1). It spreads actions that the instances of an app would otherwise run at the same moment. */
export type Random = () => number;

/** Injection token of {@link Random}. Tests provide their own. */
export const IAS_RANDOM = Symbol('IAS_RANDOM');

export const SYSTEM_RANDOM: FactoryProvider<Random> = { provide: IAS_RANDOM, useFactory: () => Math.random };

/** The part of `HttpService` that token requests use: apps that only validate tokens have no types of @nestjs/axios. */
export interface TokenHttpService {
  readonly axiosRef: {
    post(
      url: string,
      data: string,
      config: object,
    ): Promise<{
      readonly status: number;
      readonly data: string;
      readonly headers: Readonly<Record<string, unknown>>;
    }>;
  };
}

/** Loads the HTTP client that fetches tokens. */
export type HttpClientLoader = () => Promise<TokenHttpService>;

/** Injection token of the {@link HttpClientLoader}. */
export const IAS_HTTP = Symbol('IAS_HTTP');

/** Apps that only validate tokens start without axios, which takes a fifth of the time of loading everything else. */
export const LOADED_HTTP: FactoryProvider<HttpClientLoader> = {
  provide: IAS_HTTP,
  inject: [IAS_SETTINGS],
  useFactory: async ({ outbound }: IasSettings) => {
    let loading: Promise<TokenHttpService> | undefined;
    const load = () => (loading ??= createHttpService());
    if (outbound) await load();
    return load;
  },
};

async function createHttpService(): Promise<TokenHttpService> {
  const [{ HttpService }, { default: axios }] = await Promise.all([
    import('@nestjs/axios'),
    import('axios'),
  ]).catch((error: unknown) => {
    throw isNotInstalled(error) ? new ConfigurationError(NOT_INSTALLED) : error;
  });
  // A separate instance: the app's interceptors on the shared instance would see secrets and tokens.
  return new HttpService(axios.create());
}

/** Whether `import` or `require` found no package. */
function isNotInstalled(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

const NOT_INSTALLED =
  'An app that fetches tokens (outbound: true) needs the packages @nestjs/axios and axios: install axios, and @nestjs/axios 12 for Nest 12, 4 for Nest 11, or 3 for Nest 10.';
