import { type IdentityCredentials, type Landscape, startLandscape } from '@nest-ias/landscape';
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
    await addBindings(landscape, files);
    await files.write(contentFor(landscape, backendUrl, files));
    input.print(
      `Landscape ready: IAS ${landscape.tenant.url}, router ${landscape.router.url}, ` +
        `admin ${landscape.admin.url}; the backend is ${backendUrl}`,
    );
    input.ready();
    await input.ended;
  } finally {
    await landscape.stop();
    await files.removeSecrets();
  }
}

async function start(settings: LandscapeSettings): Promise<Landscape> {
  const { iasPort, routerPort, adminPort } = settings;
  try {
    return await startLandscape({
      tenantPort: iasPort,
      routerPort,
      adminPort,
      clientKey: 'RSA-2048',
      ...(settings.adminToken === undefined ? {} : { adminToken: settings.adminToken }),
    });
  } catch (error) {
    throw explainStartFailure(error, settings);
  }
}

function mapRoutes({ router }: Landscape, { backendPort, frontendPort }: LandscapeSettings): string {
  router.map('backend.localhost', `http://localhost:${backendPort}`);
  router.map('frontend.localhost', `http://localhost:${frontendPort}`);
  return router.map('backend.cert.localhost', `http://localhost:${backendPort}`);
}

async function addBindings(landscape: Landscape, files: LandscapeFiles): Promise<void> {
  const publishAs = (name: string) => async (credentials: IdentityCredentials) =>
    files.writeBinding(name, landscape.vcapServices(credentials));
  // All of them end before the caller removes files after a failure.
  const added = await Promise.allSettled([
    landscape.addBinding(
      'service-key',
      { type: 'X509_GENERATED' },
      { publish: async (credentials) => files.writeServiceKey(credentials) },
    ),
    landscape.addBinding('backend', { type: 'NONE' }, { publish: publishAs('backend') }),
    landscape.addBinding(
      'frontend',
      { type: 'X509_GENERATED', appIdentifier: 'frontendclicer' },
      { publish: publishAs('frontend') },
    ),
  ]);
  const failure = added.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

function contentFor(
  { ca, tenant, router, admin }: Landscape,
  backendUrl: string,
  files: LandscapeFiles,
): LandscapeFilesContent {
  const environmentOf = (name: string) => ({
    VCAP_SERVICES_FILE_PATH: files.bindingPath(name),
    IAS_CA_FILE: files.caPath,
    LANDSCAPE_ADMIN_URL: admin.url,
    LANDSCAPE_ADMIN_TOKEN_FILE: files.adminTokenPath,
  });
  return {
    caPem: ca.pem,
    adminToken: admin.token,
    backendEnvironment: environmentOf('backend'),
    frontendEnvironment: { ...environmentOf('frontend'), BACKEND_URL: backendUrl },
    landscape: { ias: tenant.url, router: router.url, admin: admin.url },
  };
}
