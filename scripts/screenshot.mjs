/**
 * `npm run screenshot`: takes a screenshot of each state of the page from the running apps (`npm start` in another terminal). It
 * needs Chromium: /usr/bin/chromium, or the path in CHROMIUM_PATH. Without it, the script exits with code 2.
 *
 * For the states that the running apps cannot have (proof switched off, client secret), it starts the built apps again with
 * other bindings of the same landscape.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { fail } from './lib/failure.mjs';

const url = process.argv[2] ?? 'http://localhost:3000/homepage';
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) fail('Chromium was not found: set CHROMIUM_PATH to its path.', 2);
if (!existsSync('.landscape/landscape.json')) fail('No landscape is running: start it with npm start.', 2);
const { admin } = JSON.parse(readFileSync('.landscape/landscape.json', 'utf8'));
const adminToken = readFileSync('.landscape/admin-token', 'utf8').trim();
/** An empty folder, so that the apps find no `default-env.json`. */
const folder = mkdtempSync(join(tmpdir(), 'nest-ias-screenshot-'));
/** @type {import('node:child_process').ChildProcess[]} */
const apps = [];

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });

/** @param {string} name */
const shoot = (name) => page.screenshot({ path: `docs/images/${name}.png` });

/** @param {string} name of a button of the lab */
const press = (name) => page.getByRole('button', { name }).click();

try {
  await page.goto(url);
  await press('Reset everything');
  await page.goto(url);
  await shoot('homepage');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot('homepage-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 320, height: 640 });
  await shoot('homepage-narrow');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await press('Replay the token without a certificate');
  await shoot('replay');
  await press('Rotate the certificate');
  await shoot('rotated');
  await press('Replay the token with another certificate');
  await shoot('replay-after-renewal');
  await press('Take IAS down');
  await press('Get a fresh token');
  await shoot('failure');
  await press('Reset everything');
  await page.goto(new URL('/nowhere', url).href);
  await shoot('not-found');

  const none = await call('/bindings', { parameters: { type: 'NONE' } });
  const open = await start('backend', none, { IAS_PROOF_OF_POSSESSION: 'off' });
  const { url: openUrl } = await call('/routes', { host: 'open.cert.localhost', url: open });
  const generated = await call('/bindings', { parameters: { type: 'X509_GENERATED' } });
  await page.goto(`${await start('frontend', generated, { BACKEND_URL: openUrl })}/homepage`);
  await shoot('proof-off');
  await press('Replay the token without a certificate');
  await shoot('thief-got-in');

  const { url: routed } = await call('/routes', {
    host: 'backend-if-bound.cert.localhost',
    url: await start('backend', none),
  });
  const secret = await call('/bindings', { parameters: { type: 'SECRET' } });
  await page.goto(`${await start('frontend', secret, { BACKEND_URL: routed })}/homepage`);
  await shoot('client-secret');
} finally {
  await browser.close();
  for (const app of apps) app.kill();
  rmSync(folder, { recursive: true });
}

/**
 * Calls the admin endpoint of the landscape.
 *
 * @param {string} path
 * @param {object} body
 */
async function call(path, body) {
  const response = await fetch(admin + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path} of the landscape failed: ${await response.text()}`);
  return response.json();
}

/**
 * Starts a built app on a free port.
 *
 * @param {'backend' | 'frontend'} name
 * @param {{ credentials: object }} binding
 * @param {Record<string, string>} environment
 * @returns {Promise<string>} its URL
 */
async function start(name, { credentials }, environment = {}) {
  const port = await freePort();
  const identity = [{ label: 'identity', name: 'clicreIas', tags: [], plan: 'application', credentials }];
  const app = spawn(process.execPath, [resolve(`dist/apps/${name}/main.js`)], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      VCAP_SERVICES: JSON.stringify({ identity }),
      IAS_CA_FILE: resolve('.landscape/ca.pem'),
      LANDSCAPE_ADMIN_URL: admin,
      LANDSCAPE_ADMIN_TOKEN_FILE: resolve('.landscape/admin-token'),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  apps.push(app);
  await new Promise((ready) => app.once('message', ready));
  return `http://localhost:${port}`;
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((closed) => server.close(() => closed(undefined)));
  return port;
}
