/// <reference lib="dom" />
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, skipBrowserTests } from './helper/browser.js';
import { labelCollisions } from './helper/label-collisions.js';

const SITE = fileURLToPath(new URL('../dist/docs/', import.meta.url));
const ORIGIN = 'http://docs.localhost';
const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url));

/** Pages of the site by their path, without extension. */
const pages = () =>
  readdirSync(SITE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.html'))
    .map((path) => path.replaceAll('\\', '/').replace(/\.html$/, ''));

it('the site of the documentation is tested in a browser', ({ skip }) => {
  skip(skipBrowserTests, 'Chromium was not found: install it, or set CHROMIUM_PATH.');
  expect(skipBrowserTests).toBe(false);
});

describe('the site of the documentation', () => {
  it('is built, by npm run docs:build', () => {
    expect(existsSync(join(SITE, 'index.html'))).toBe(true);
  });

  it.each(['tutorials', 'how-to', 'explanation', 'reference', 'decisions'])(
    'has every page of %s',
    (folder) => {
      const sources = readdirSync(fileURLToPath(new URL(`../docs/${folder}/`, import.meta.url)));
      const expected = sources
        .filter((name) => name.endsWith('.md') && name !== 'README.md')
        .map((name) => `${folder}/${name.replace(/\.md$/, '')}`);
      expect(pages()).toEqual(expect.arrayContaining(expected));
      const index = readFileSync(join(SITE, folder, 'index.html'), 'utf8');
      expect(expected.filter((page) => !index.includes(`/${page}.html`))).toEqual([]);
    },
  );

  it('has a page of the docstrings for each package', () => {
    const texts = ['nest-ias', 'nest-ias/graphql', '@nest-ias/testing', '@nest-ias/landscape'].map((name) =>
      readFileSync(join(SITE, 'reference/packages', `${name}.html`), 'utf8'),
    );
    expect(texts[0]).toContain('IasTokenProvider');
    expect(texts[1]).toContain('IasGraphqlModule');
    expect(texts[2]).toContain('overrideIas');
  });
});

describe.skipIf(skipBrowserTests)('the site of the documentation in a browser', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const foreign: string[] = [];
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    context = await browser.newContext();
    context.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    context.on('weberror', (error) => problems.push(error.error().message));
    await context.route('**/*', async (route) => {
      const { origin, pathname } = new URL(route.request().url());
      if (origin !== ORIGIN) {
        foreign.push(route.request().url());
        return route.abort();
      }
      const file = join(SITE, decodeURI(pathname).replace(/\/$/, '/index.html'));
      return existsSync(file) ? route.fulfill({ path: file }) : route.fulfill({ status: 404 });
    });
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('leads from the start to a page', async () => {
    await page.goto(`${ORIGIN}/`);
    await page.getByRole('main').getByRole('link', { name: 'reference', exact: true }).click();
    await page.waitForURL('**/reference/');
    await page.getByRole('heading', { level: 1, name: 'Reference' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Errors and codes' }).click();
    await page.waitForURL('**/reference/errors.html');
    await page.getByText('client_cooling_down').first().waitFor();
    expect(await page.title()).toContain('Errors');
  });

  it('finds text by its search', async () => {
    await page.goto(`${ORIGIN}/`);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('searchbox').fill('app-identifier');
    const results = page.locator('.VPLocalSearchBox .result');
    await results.first().waitFor();
    const links = await results.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links.join()).toContain('ias-facts');
  });

  it.each(readdirSync(IMAGES).filter((name) => name.endsWith('.svg')))(
    'shows the labels of %s beside its lines and each other',
    async (name) => {
      const tab = await context.newPage();
      await tab.setContent(readFileSync(join(IMAGES, name), 'utf8'));
      expect(await tab.evaluate(labelCollisions)).toEqual([]);
      await tab.close();
    },
  );

  it('says below a block of commands why no test runs it', async () => {
    await page.goto(`${ORIGIN}/how-to/deploy.html`);
    const block = page.locator('div.language-sh', { hasText: 'cf push backendclicer' });
    const label = block.locator('xpath=following-sibling::*[1]');
    expect(await label.innerText()).toBe('Syntax checked, but not run: it needs SAP BTP.');
    await page.goto(`${ORIGIN}/explanation/is-it-secure.html`);
    await page.locator('div.language-sh').first().waitFor();
    expect(await page.locator('.block-label').count()).toBe(0);
  });

  it('scrolls wide tables, not the page, on a telephone', async () => {
    const tab = await context.newPage();
    await tab.setViewportSize({ width: 390, height: 844 });
    for (const path of ['reference/configuration', 'reference/telemetry', 'reference/errors']) {
      await tab.goto(`${ORIGIN}/${path}.html`);
      const widths = await tab
        .locator('.vp-doc table')
        .evaluateAll((tables) => tables.map(({ clientWidth, scrollWidth }) => [clientWidth, scrollWidth]));
      expect(widths.some(([visible = 0, whole = 0]) => whole > visible)).toBe(true);
      expect(widths.filter(([visible = 0]) => visible > 390)).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
    await tab.close();
  });

  it('prints the text only, with light colours', async () => {
    const tab = await context.newPage();
    await tab.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await tab.goto(`${ORIGIN}/reference/configuration.html`);
    await tab.locator('html.dark').waitFor();
    await tab.getByRole('heading', { level: 1, name: 'Configuration' }).waitFor();
    for (const part of ['.VPNav', '.VPSidebar', '.VPLocalNav', '.VPDoc .aside', '.VPDocFooter'])
      expect([part, await tab.locator(part).first().isVisible()]).toEqual([part, false]);
    const { color, background, code } = await tab.evaluate(() => ({
      color: getComputedStyle(document.querySelector('.vp-doc p') ?? document.body).color,
      background: getComputedStyle(document.body).backgroundColor,
      code: getComputedStyle(document.querySelector('.vp-code span span') ?? document.body).color,
    }));
    const isDark = (rgb: string) => Math.max(...(rgb.match(/\d+/g) ?? []).map(Number)) < 215;
    expect([color, background, code].map(isDark)).toEqual([true, false, true]);
    await tab.close();
  });

  it('opens every page without an error, a missing file or a request to another origin', async () => {
    problems.length = 0;
    const queue = pages().filter((path) => path !== '404');
    const broken: string[] = [];
    const visit = async () => {
      const tab = await context.newPage();
      for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
        await tab.goto(`${ORIGIN}/${path}.html`);
        const widths = await tab
          .getByRole('main')
          .locator('img')
          .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
        const headings = await tab.getByRole('heading', { level: 1 }).count();
        if (headings === 0 || widths.includes(0)) broken.push(path);
      }
    };
    await Promise.all([visit(), visit(), visit(), visit()]);
    expect(broken).toEqual([]);
    expect(problems).toEqual([]);
    expect(foreign).toEqual([]);
  }, 120_000);
});
