import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IasModuleOptions } from 'nest-ias';

export interface TrustedLandscape {
  readonly landscape: Landscape;
  /** Options of an app that is bound to the landscape and trusts its authority. */
  readonly ias: IasModuleOptions;
  stop(): Promise<void>;
}

/** Starts a landscape and binds an app to it that only validates tokens. */
export async function startTrustedLandscape(): Promise<TrustedLandscape> {
  const landscape = await startLandscape();
  const folder = mkdtempSync(join(tmpdir(), 'nest-ias-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, landscape.ca.pem);
  return {
    landscape,
    ias: { credentials: await landscape.issueBinding({ type: 'NONE' }), caFile },
    stop: async () => {
      await landscape.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
