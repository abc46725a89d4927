/// <reference lib="dom" />
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule as BackendModule } from '../../backend/src/app.module.js';
import { launchBrowser, skipBrowserTests } from '../../../test/helper/browser.js';
import { BACKEND_CERT_HOST, InProcessApps, urlOf } from '../../../test/helper/in-process-apps.js';
import { AppModule } from '../src/app.module.js';

it('the homepage is tested in a browser', ({ skip }) => {
  skip(skipBrowserTests, 'Chromium was not found: install it, or set CHROMIUM_PATH.');
  expect(skipBrowserTests).toBe(false);
});

describe.skipIf(skipBrowserTests)('the homepage in a browser', () => {
  let scenario: InProcessApps;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    scenario = await InProcessApps.start();
    browser = await launchBrowser();
    page = await browser.newPage();
    problems = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('requestfailed', (request) => problems.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await scenario?.stop();
  });

  async function startFrontend(
    backendUrl: string,
    environment: Record<string, string> = {},
  ): Promise<string> {
    const binding = await scenario.landscape.issueBinding({ type: 'X509_GENERATED' });
    return urlOf(await scenario.startApp(AppModule, binding, { BACKEND_URL: backendUrl, ...environment }));
  }

  it('shows the claims and the verdict with styles, and the browser reports no errors', async () => {
    const { landscape } = scenario;
    const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
    const url = await startFrontend(landscape.router.map(BACKEND_CERT_HOST, urlOf(backend)));

    await page.goto(url);
    expect(new URL(page.url()).pathname).toBe('/homepage');
    expect(await page.getByText('The token belongs to our certificate.').isVisible()).toBe(true);
    expect(await page.getByRole('row', { name: /^subject/ }).textContent()).toContain(
      landscape.application.clientId,
    );
    const card = page.locator('.card').first();
    expect(await card.evaluate((element) => getComputedStyle(element).borderRadius)).toBe('8px');
    expect(problems.filter((text) => !text.includes('favicon'))).toEqual([]);
  });

  it('fits on a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('lets the reader replay the token and take IAS down by forms', async () => {
    const { landscape } = scenario;
    const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
    const url = await startFrontend(landscape.router.map('lab.cert.localhost', urlOf(backend)), {
      LANDSCAPE_ADMIN_URL: landscape.admin.url,
    });
    problems.length = 0;
    await page.goto(url);
    await page.getByRole('button', { name: 'Replay the token without a certificate' }).click();
    expect(await page.getByText('The backend rejected the stolen token.').isVisible()).toBe(true);
    expect(await page.getByRole('row', { name: /^code/ }).textContent()).toContain('proof_missing');
    await page.getByRole('button', { name: 'Take IAS down' }).click();
    expect(new URL(page.url()).pathname).toBe('/homepage');
    expect(problems.filter((text) => !text.includes('favicon'))).toEqual([]);
    await page.getByRole('button', { name: 'Get a fresh token' }).click();
    expect(await page.getByText('token_endpoint_unreachable').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Bring IAS up' }).click();
    expect(new URL(page.url()).pathname).toBe('/homepage');
    expect(await page.getByText('The token belongs to our certificate.').isVisible()).toBe(true);
  });

  it('runs no script from a claim', async () => {
    const server: Server = createServer((_, response) => {
      const evil = '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">';
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ subject: evil, zone_uuid: evil, issuer: evil, aud: evil }));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    await page.goto(await startFrontend(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    expect(await page.title()).not.toBe('owned');
    expect(await page.locator('img, td script').count()).toBe(0);
    expect(await page.getByText('document.title').count()).toBe(4);
    server.close();
  });
});
