import { expect, it } from 'vitest';
import { isDeployed } from './deployment.js';

it.each([
  [{ VCAP_APPLICATION: '{}' }, true],
  [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, true],
  [{ NODE_ENV: 'production' }, true],
  [{ NODE_ENV: 'development' }, false],
  [{ NODE_ENV: 'test', VCAP_SERVICES: '{}' }, false],
  [{}, false],
])('an app with %j is deployed: %s', (environment, expected) => {
  expect(isDeployed(environment)).toBe(expected);
});
