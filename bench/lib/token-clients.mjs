import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILED } from './product.mjs';
import { run } from './program.mjs';

const PROCESS = fileURLToPath(new URL('token-client-process.mjs', import.meta.url));
const PEERS = fileURLToPath(new URL('../subjects/token-clients', import.meta.url));

export const OURS = 'nest-ias `getToken`';

/** Libraries that fetch and cache access tokens. */
export const TOKEN_CLIENTS = [
  { name: OURS, module: join(COMPILED, 'bench/nest/token-client.js'), cachedCalls: 500_000 },
  {
    name: '@sap/xssec 4.15 `getClientCredentialsToken`',
    module: join(PEERS, 'xssec.mjs'),
    cachedCalls: 100_000,
  },
  {
    name: '@sap-cloud-sdk/connectivity 4.9 `getIasToken`',
    module: join(PEERS, 'cloud-sdk.mjs'),
    cachedCalls: 5_000,
  },
];

/**
 * Measures a token client in a separate process.
 *
 * @param {(typeof TOKEN_CLIENTS)[number]} client
 * @param {'cached' | 'cold'} mode
 * @param {number} times
 * @param {Readonly<Record<string, string>>} environment
 */
export async function askTokenClient({ name, module }, mode, times, environment) {
  return run({ name, arguments: [PROCESS, module, mode, String(times)], environment });
}
