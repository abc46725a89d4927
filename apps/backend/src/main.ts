import 'reflect-metadata';
import { runApp } from '@nest-ias/runtime';
import { AppModule } from './app.module.js';
import { BACKEND_SETTINGS } from './backend-settings.js';
import { serveOpenApi } from './openapi-route.js';

await runApp({
  name: 'backend',
  module: AppModule,
  settings: BACKEND_SETTINGS,
  addDeveloperRoutes: serveOpenApi,
});
