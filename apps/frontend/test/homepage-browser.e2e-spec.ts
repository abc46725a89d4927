/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
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
  let folder: string;
  let adminTokenFile: string;

  beforeAll(async () => {
    scenario = await InProcessApps.start();
    folder = mkdtempSync(join(tmpdir(), 'nest-ias-page-'));
    adminTokenFile = join(folder, 'admin-token');
    writeFileSync(adminTokenFile, scenario.landscape.admin.token, { mode: 0o600 });
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
    rmSync(folder, { recursive: true });
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
    expect(await card.evaluate((element) => getComputedStyle(element).borderRadius)).toBe('12px');
    expect(problems).toEqual([]);
  });

  it('has an icon that its policy allows', async () => {
    const width = await page.evaluate(async () => {
      const image = new Image();
      image.src = document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? '';
      await image.decode();
      return image.naturalWidth;
    });
    expect(width).toBeGreaterThan(0);
    const answer = await page.request.get(new URL('/favicon.ico', page.url()).href);
    expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'image/svg+xml']);
  });

  it('shows the most important parts without scrolling on a laptop', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    const bottomOf = async (selector: string) =>
      await page
        .locator(selector)
        .first()
        .boundingBox()
        .then((box) => (box ? box.y + box.height : NaN));
    const parts = [
      '.verdict',
      '.flow',
      'section ol li:nth-child(4)',
      'nav a:last-child',
      'time[data-countdown]',
    ];
    const cards = ['section:nth-child(2) .card', 'section:nth-child(3) .card'];
    for (const part of [...parts, ...cards]) {
      expect.soft(await bottomOf(part), part).toBeLessThanOrEqual(800);
    }
  });

  it('writes equal thumbprints one above the other', async () => {
    const [above, below] = await page.locator('.thumbprints code').all();
    const [first, second] = [await above?.boundingBox(), await below?.boundingBox()];
    expect(first?.x).toBe(second?.x);
    expect(first?.width).toBe(second?.width);
    expect(await above?.textContent()).toBe(await below?.textContent());
  });

  it('counts down to the end of the token, and copies', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const countdown = page.locator('time[data-countdown]');
    await expect.poll(() => countdown.textContent()).toMatch(/^5[89] min \d+ s left$/);
    await page.getByRole('button', { name: 'Copy the thumbprint' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied: the thumbprint' }).waitFor();
    expect(await page.getByRole('button', { name: 'Copy the thumbprint' }).textContent()).toBe('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await page.locator('.thumbprints code').first().textContent());
  });

  it('is complete without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(page.url());
    await page.reload();
    expect(await plain.locator('time[data-countdown]').textContent()).toMatch(/^\d{4}-.*Z$/);
    expect(await plain.getByText(/expires in (59 minutes|1 hour)/).isVisible()).toBe(true);
    expect(await plain.getByRole('button', { name: /^Copy/ }).count()).toBe(0);
    const texts = (target: Page) => target.locator('main th, main h2').allInnerTexts();
    expect(await texts(plain)).toEqual(await texts(page));
    await context.close();
  });

  it('explains each claim of the token, and does not contain the token', async () => {
    const card = page.locator('section', { hasText: 'The token, decoded' });
    for (const [claim, meaning] of [
      ['alg', 'signature algorithm'],
      ['aud', 'audience'],
      ['cnf', 'only the holder of the certificate'],
      ['exp', 'expires'],
    ]) {
      expect(await card.getByRole('row', { name: new RegExp(`^${claim}`) }).innerText()).toContain(meaning);
    }
    expect(await page.content()).not.toMatch(/eyJ[\w-]{8,}/);
  });

  it('prints without buttons', async () => {
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Copy the thumbprint' }).isVisible()).toBe(false);
    expect(await page.locator('.verdict').isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  it('fits on a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    // the picture would be too small, so its text is there as a list
    expect(await page.locator('.flow').isVisible()).toBe(false);
    expect(await page.getByText(/^frontend to router: /).isVisible()).toBe(true);
  });

  it('lets the reader replay the token and take IAS down by forms', async () => {
    const { landscape } = scenario;
    const backend = await scenario.startApp(BackendModule, await landscape.issueBinding({ type: 'NONE' }));
    const url = await startFrontend(landscape.router.map('lab.cert.localhost', urlOf(backend)), {
      LANDSCAPE_ADMIN_URL: landscape.admin.url,
      LANDSCAPE_ADMIN_TOKEN_FILE: adminTokenFile,
    });
    problems.length = 0;
    await page.goto(url);
    await page.getByRole('link', { name: 'The lab: try to break it' }).click();
    expect(
      await page
        .locator('#lab')
        .boundingBox()
        .then((box) => box?.y),
    ).toBeLessThan(740);
    await page.getByRole('button', { name: 'Replay the token without a certificate' }).click();
    expect(await page.getByText('The backend rejected the stolen token.').isVisible()).toBe(true);
    expect(await page.getByRole('row', { name: /^code/ }).textContent()).toContain('proof_missing');
    await page.getByRole('button', { name: 'Take IAS down' }).click();
    expect(new URL(page.url()).pathname).toBe('/homepage');
    const outcome = page.getByRole('status').filter({ hasText: 'Take IAS down: done.' });
    expect(await outcome.innerText()).toContain('Sent: POST /faults to the landscape.');
    expect(problems).toEqual([]);
    await page.getByRole('button', { name: 'Get a fresh token' }).click();
    expect(await page.getByText('token_endpoint_unreachable').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Bring IAS up' }).click();
    expect(new URL(page.url()).pathname).toBe('/homepage');
    expect(await page.getByText('The token belongs to our certificate.').isVisible()).toBe(true);
  });

  it.each([
    { colorScheme: 'light', forcedColors: 'none' },
    { colorScheme: 'dark', forcedColors: 'none' },
    { colorScheme: 'light', forcedColors: 'active' },
  ] as const)('is accessible in every state with %j', async (media) => {
    await page.emulateMedia(media);
    await page.setViewportSize({ width: 320, height: 640 });
    const violations = async (): Promise<string[]> => {
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
    };
    const press = async (name: string) => page.getByRole('button', { name }).click();
    const start = new URL('/homepage', page.url()).href;
    await page.goto(start);
    expect(await violations()).toEqual([]);
    await press('Replay the token with another certificate');
    expect(
      await page.getByText('proof_missing').or(page.getByText('proof_mismatch')).count(),
    ).toBeGreaterThan(0);
    expect(await violations()).toEqual([]);
    await press('Take IAS down');
    expect(await violations()).toEqual([]);
    await press('Get a fresh token');
    expect(await violations()).toEqual([]);
    await press('Bring IAS up');
    await page.goto(new URL('/nowhere', start).href);
    expect(await violations()).toEqual([]);
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
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(await page.getByText('document.title').count()).toBe(4);
    server.close();
  });
});
