import { HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { IasHttpModule } from '../src/axios/index.js';
import type { IasHttpModuleOptions } from '../src/axios/index.js';
import type { Outbound } from './outbound.js';

/** Sends a GET request, and waits for the response. */
export const get = async (http: HttpService, url = '/orders') => firstValueFrom(http.get<unknown>(url));

@Injectable()
class Caller {
  constructor(readonly http: HttpService) {}
}

/** Starts a module with one `HttpService` of `IasHttpModule`. */
export async function startHttpService(
  outbound: Outbound,
  options: IasHttpModuleOptions,
): Promise<HttpService> {
  @Module({ imports: [IasHttpModule.register(options)], providers: [Caller] })
  class CallingModule {}
  const module = await outbound.startModule({}, [CallingModule]);
  return module.get(Caller, { strict: false }).http;
}
