import 'reflect-metadata';
import { runApp } from '@nest-ias/runtime';
import { AppModule } from './app.module.js';

await runApp({ name: 'backend', module: AppModule, defaultPort: 3001 });
