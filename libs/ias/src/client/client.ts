export { parseTargetUrl } from './target.url.js';
export { IasHttpModule } from './ias-http.module.js';
export type { IasHttpModuleOptions } from './ias-http.options.js';
