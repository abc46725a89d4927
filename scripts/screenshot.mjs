/** `npm run screenshot`: takes the screenshot of the README from the running apps (`npm start` in another terminal). */
import { chromium } from 'playwright-core';

const url = process.argv[2] ?? 'http://localhost:3000/homepage';
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
await page.goto(url);
await page.screenshot({ path: 'docs/images/homepage.png', fullPage: true });
await browser.close();
