/**
 * `npm run screenshot`: takes the screenshots of the README from the running apps (`npm start` in another terminal). It
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
const page = await browser.newPage({ viewport: { width: 960, height: 860 } });
await page.goto(url);
await page.screenshot({ path: 'docs/images/homepage.png' });
await page.getByRole('button', { name: 'Replay the token without a certificate' }).click();
await page.screenshot({ path: 'docs/images/replay.png' });
await browser.close();
