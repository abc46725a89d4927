import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readBackendSettings } from '../apps/backend/src/backend-settings.js';
import { readFrontendSettings } from '../apps/frontend/src/frontend-settings.js';
import { readLandscapeSettings } from '../apps/landscape/src/landscape-settings.js';

const backend = readBackendSettings({}).port;
const frontend = readFrontendSettings({}).port;

it('the frontend calls the backend at its default port', () => {
  expect(readFrontendSettings({}).backendUrl).toBe(`http://localhost:${backend}/`);
});

it('the landscape routes to the apps at their default ports', () => {
  expect(readLandscapeSettings({})).toMatchObject({ backendPort: backend, frontendPort: frontend });
});

it('npm start uses the default ports of the apps', () => {
  const script = readFileSync('scripts/start.mjs', 'utf8');
  expect(script).toContain(`readPort(['FRONTEND_PORT', 'PORT'], ${frontend})`);
  expect(script).toContain(`readPort(['BACKEND_PORT'], ${backend})`);
});
