export { getIasHttpToken, IasHttpModule, InjectIasHttp } from './ias-http.module.js';
export type { IasHttpModuleOptions } from './ias-http.module.js';
