export { AcceptsBody } from './unexpected-body.js';
export { currentCorrelationId } from './correlation-context.js';
export { createApp, runApp, serve, type AppDescription } from './run-app.js';
export { RuntimeModule } from './runtime.module.js';
export {
  readServerSettings,
  type ServerSettings,
  serverVariables,
  toServerSettings,
} from './server-settings.js';
export { readVariables } from './variables.js';
