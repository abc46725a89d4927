/**
 * `npm run screenshot`: takes a screenshot of each state of the page from the running apps (`npm start` in another terminal). It
 * needs Chromium: /usr/bin/chromium, or the path in CHROMIUM_PATH. Without it, the script exits with code 2.
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { fail } from './lib/failure.mjs';

const url = process.argv[2] ?? 'http://localhost:3000/homepage';
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) fail('Chromium was not found: set CHROMIUM_PATH to its path.', 2);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });

/** @param {string} name */
const shoot = (name) => page.screenshot({ path: `docs/images/${name}.png` });

/** @param {string} name of a button of the lab */
const press = (name) => page.getByRole('button', { name }).click();

await page.goto(url);
await press('Reset everything');
await shoot('homepage');
await page.emulateMedia({ colorScheme: 'dark' });
await shoot('homepage-dark');
await page.emulateMedia({ colorScheme: 'light' });
await page.setViewportSize({ width: 320, height: 640 });
await shoot('homepage-narrow');
await page.setViewportSize({ width: 1_280, height: 800 });
await press('Replay the token without a certificate');
await shoot('replay');
await press('Take IAS down');
await press('Get a fresh token');
await shoot('failure');
await press('Reset everything');
await page.goto(new URL('/nowhere', url).href);
await shoot('not-found');
await browser.close();
