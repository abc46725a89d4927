export { currentCorrelationId } from './correlation-context.js';
export { messageWithDoctor } from './doctor-hint.js';
export { PAGE_HEADERS } from './page-headers.js';
export { problemOf, type ProblemDetails } from './problem-details.js';
export { ProblemPages } from './problem-pages.js';
export { createApp, runApp, serve } from './run-app.js';
export { RuntimeModule } from './runtime.module.js';
export {
  readServerSettings,
  type ServerSettings,
  serverVariables,
  toServerSettings,
} from './server-settings.js';
export { readVariables } from './environment-variables.js';
