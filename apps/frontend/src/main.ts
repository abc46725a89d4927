import 'reflect-metadata';
import { runApp } from '@nest-ias/runtime';
import { AppModule } from './app.module.js';

await runApp({
  name: 'frontend',
  module: AppModule,
  defaultPort: 3000,
  targets: () => [process.env['BACKEND_URL']],
});
