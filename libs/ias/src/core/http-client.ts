import type { HttpService } from '@nestjs/axios';
import type { FactoryProvider } from '@nestjs/common';
import { IAS_SETTINGS } from './settings.js';
import type { IasSettings } from './settings.js';

/** Injection token of the {@link HttpClientLoader}. */
export const IAS_HTTP = Symbol('IAS_HTTP');

/** Gives the HTTP client that tokens are fetched with. */
export type HttpClientLoader = () => Promise<HttpService>;

/** Apps that only validate tokens start without axios, which takes a fifth of the time of loading everything else. */
export const LOADED_HTTP: FactoryProvider<HttpClientLoader> = {
  provide: IAS_HTTP,
  inject: [IAS_SETTINGS],
  useFactory: async ({ outbound }: IasSettings) => {
    let loading: Promise<HttpService> | undefined;
    const load = () => (loading ??= createHttpService());
    if (outbound) await load();
    return load;
  },
};

async function createHttpService(): Promise<HttpService> {
  const [{ HttpService }, { default: axios }] = await Promise.all([import('@nestjs/axios'), import('axios')]);
  // Of its own: interceptors of the app on the common instance would see secrets and tokens.
  return new HttpService(axios.create());
}
