import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of Chromium on this machine; `CHROMIUM_PATH` overrides the known locations. */
const chromiumPath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** Without a browser, its tests fail in CI; elsewhere they are skipped, and the end of the run reports it. */
export const skipBrowserTests = chromiumPath === undefined && process.env['CI'] === undefined;

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('Chromium was not found: install it, or set CHROMIUM_PATH.');
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
}
