import 'reflect-metadata';
import { runApp } from '@nest-ias/runtime';
import { AppModule } from './app.module.js';
import { FRONTEND_SETTINGS } from './frontend-settings.js';

await runApp({ name: 'frontend', module: AppModule, settings: FRONTEND_SETTINGS });
