import { type Landscape, startLandscape } from '@nest-ias/landscape';
import { LandscapeFiles, type LandscapeFilesContent } from './landscape-files.js';
import type { LandscapeSettings } from './landscape-settings.js';
import { explainStartFailure } from './start-failure.js';

/** Input of the command. */
export interface LandscapeCommandInput {
  readonly settings: LandscapeSettings;
  /** The root of the repository. */
  readonly root: string;
  readonly print: (line: string) => void;
  /** Called when all files are written. */
  readonly ready: () => void;
  /** Resolves when the landscape must stop. */
  readonly ended: Promise<void>;
}

/**
 * Starts a landscape, writes the files that the apps need, and keeps it running until `ended` resolves.
 * @throws {StartError} with a one-line reason why it cannot start
 */
export async function runLandscape(input: LandscapeCommandInput): Promise<void> {
  const { settings } = input;
  const files = new LandscapeFiles(input.root);
  const landscape = await start(settings);
  try {
    // Only after binding the ports: otherwise the files may belong to the running landscape that uses them.
    await files.removeStale();
    for (const line of await files.backUpForeign()) input.print(line);
    const backendUrl = mapRoutes(landscape, settings);
    await files.write(await contentFor(landscape, backendUrl, files.caPath));
    input.print(
      `Landscape ready: IAS ${landscape.tenant.url}, router ${landscape.router.url}, ` +
        `admin ${landscape.admin.url}; the backend is ${backendUrl}`,
    );
    input.ready();
    await input.ended;
  } finally {
    await landscape.stop();
    await files.removeAnnouncement();
  }
}

async function start(settings: LandscapeSettings): Promise<Landscape> {
  const { iasPort, routerPort, adminPort } = settings;
  try {
    return await startLandscape({ tenantPort: iasPort, routerPort, adminPort, clientKey: 'RSA-2048' });
  } catch (error) {
    throw explainStartFailure(error, settings);
  }
}

function mapRoutes({ router }: Landscape, { backendPort, frontendPort }: LandscapeSettings): string {
  router.map('backend.localhost', `http://localhost:${backendPort}`);
  router.map('frontend.localhost', `http://localhost:${frontendPort}`);
  return router.map('backend.cert.localhost', `http://localhost:${backendPort}`);
}

async function contentFor(
  landscape: Landscape,
  backendUrl: string,
  caPath: string,
): Promise<LandscapeFilesContent> {
  const [serviceKey, backend, frontend] = await Promise.all([
    landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'service-key' }),
    landscape.issueBinding({ type: 'NONE' }),
    landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'frontendclicer' }),
  ]);
  return {
    caPem: landscape.ca.pem,
    serviceKey,
    backendEnvironment: { VCAP_SERVICES: landscape.vcapServices(backend), IAS_CA_FILE: caPath },
    frontendEnvironment: {
      VCAP_SERVICES: landscape.vcapServices(frontend),
      IAS_CA_FILE: caPath,
      BACKEND_URL: backendUrl,
    },
    landscape: { ias: landscape.tenant.url, router: landscape.router.url, admin: landscape.admin.url },
  };
}
