import type { LandscapeOptions } from '@nest-ias/landscape';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { Outbound } from './outbound.js';
import { RecordingServers } from './recording-server.js';

/** One landscape for all tests of a file. Each test starts without modules, and with a tenant without faults and requests. */
export function useOutbound(options: LandscapeOptions = {}): Outbound {
  const outbound = new Outbound();
  beforeAll(() => outbound.startLandscape(options));
  beforeEach(() => outbound.landscape.tenant.reset());
  afterEach(() => outbound.closeModules());
  afterAll(() => outbound.stop());
  return outbound;
}

/** Apps that the tests of a file call. Each test starts without any, and without received requests. */
export function useRecordingServers(): RecordingServers {
  const servers = new RecordingServers();
  afterEach(() => servers.reset());
  return servers;
}
