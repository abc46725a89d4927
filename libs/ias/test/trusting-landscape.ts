import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
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
  const credentials = await landscape.issueBinding({ type: 'NONE' });
  return {
    landscape,
    ias: { credentials, caFile: await landscape.caFile() },
    stop: () => landscape.stop(),
  };
}
