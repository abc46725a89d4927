import 'reflect-metadata';
import { runApp } from '@nest-ias/runtime';
import { AppModule } from './app.module.js';
import { BACKEND_SETTINGS } from './backend-settings.js';

await runApp({ name: 'backend', module: AppModule, settings: BACKEND_SETTINGS });
