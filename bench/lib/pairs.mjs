import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLES } from './product.mjs';
import { Server } from './program.mjs';
import { CERT_HOST } from './scenario.mjs';

const CEILING = fileURLToPath(new URL('../subjects/frontends/node-https.mjs', import.meta.url));
const TUTORIAL = fileURLToPath(new URL('../subjects/tutorial', import.meta.url));

/** Frontend and backend as processes on one core; the frontend calls the backend through the router. */
export class Pair {
  /** Our deployable bundles: the frontend presents its certificate to the router, and the backend requires proof of possession. */
  static async startOurs(/** @type {import('./scenario.mjs').Scenario} */ scenario) {
    const program = (/** @type {string} */ name) => ({
      name,
      arguments: ['main.js'],
      folder: join(BUNDLES, name),
    });
    return Pair.#start(scenario, {
      name: 'nest-ias',
      backend: program('backend'),
      frontend: program('frontend'),
      host: CERT_HOST,
    });
  }

  /** The minimal Node.js frontend in front of our backend. */
  static async startCeiling(/** @type {import('./scenario.mjs').Scenario} */ scenario) {
    return Pair.#start(scenario, {
      name: 'ceiling: node:http and node:https in front of our backend',
      backend: { name: 'backend', arguments: ['main.js'], folder: join(BUNDLES, 'backend') },
      frontend: { name: 'ceiling', arguments: [CEILING] },
      host: `ceiling.${CERT_HOST}`,
    });
  }

  static async startTutorial(/** @type {import('./scenario.mjs').Scenario} */ scenario) {
    const program = (/** @type {string} */ name) => ({
      name: `tutorial ${name}`,
      arguments: [join(TUTORIAL, `${name}.mjs`)],
    });
    return Pair.#start(scenario, {
      name: 'the tutorial',
      backend: program('backend'),
      frontend: program('frontend'),
      host: 'localhost',
    });
  }

  /**
   * @param {import('./scenario.mjs').Scenario} scenario
   * @param {{ name: string, backend: import('./program.mjs').Program, frontend: import('./program.mjs').Program, host: string }} parts
   */
  static async #start(scenario, { name, backend, frontend, host }) {
    const backendServer = await Server.start({ ...backend, environment: await scenario.bind('NONE') });
    const BACKEND_URL = scenario.landscape.router.map(host, backendServer.url);
    const frontendServer = await Server.start({
      ...frontend,
      environment: { ...(await scenario.bind('X509_GENERATED')), BACKEND_URL },
    });
    return new Pair(name, backendServer, frontendServer);
  }

  /** @param {string} name @param {Server} backend @param {Server} frontend */
  constructor(name, backend, frontend) {
    this.name = name;
    this.servers = [backend, frontend];
    this.homepage = `${frontend.url}/homepage`;
  }

  async stop() {
    for (const server of this.servers) await server.stop();
  }
}
