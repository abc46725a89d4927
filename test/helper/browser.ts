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

/** Path of the Chromium on this machine; `CHROMIUM_PATH` names one elsewhere. */
const chromiumPath = CANDIDATES.find((path) => path !== undefined && existsSync(path));

/** Without a browser its tests fail in CI, and elsewhere the end of the run says that they did not run. */
export const skipBrowserTests = chromiumPath === undefined && process.env['CI'] === undefined;

export async function launchBrowser(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('No Chromium on this machine: install it, or set CHROMIUM_PATH.');
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
