import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dropPageCache, findControlGroups } from './control-groups.mjs';
import { fail } from './failure.mjs';

/** @typedef {import('./control-groups.mjs').ControlGroup} ControlGroup */
/** @typedef {'backend' | 'frontend'} AppName */

/**
 * An app that runs in its own control group.
 *
 * @typedef {object} ConfinedApp
 * @property {AppName} name
 * @property {ControlGroup} group
 * @property {import('node:child_process').ChildProcess} process
 * @property {() => boolean} wasKilled whether the kernel killed it because of its memory
 */

const START_TIMEOUT_MS = 60_000;

/** The two built apps, each in its own memory control group, and the landscape outside of the groups. */
export class ConfinedApps {
  #createGroup;
  #folder = mkdtempSync(join(tmpdir(), 'nest-ias-confined-'));
  /** @type {Set<import('node:child_process').ChildProcess>} */
  #running = new Set();
  /** @type {Set<ControlGroup>} */
  #groups = new Set();

  /**
   * @param {Readonly<Record<AppName, number>>} ports
   * @param {ReturnType<typeof findControlGroups>} createGroup
   */
  constructor(ports, createGroup) {
    this.ports = ports;
    this.#createGroup = createGroup;
    process.once('exit', () => {
      for (const child of this.#running) child.kill('SIGKILL');
      rmSync(this.#folder, { recursive: true, force: true });
    });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.once(signal, () => void this.stop().then(() => process.exit(130)));
    }
    // Each app gets its own copy of node, because the pages of a file count for the group that read them first.
    for (const app of ['backend', 'frontend']) {
      cpSync(`dist/apps/${app}`, join(this.#folder, 'apps', app), { recursive: true });
      copyFileSync(process.execPath, join(this.#folder, `node-${app}`));
    }
  }

  /** Starts the landscape. Exits with code 2 on a machine without control groups, and with code 1 if an app is not built. */
  static async withLandscape() {
    const createGroup = findControlGroups();
    for (const app of ['backend', 'frontend', 'landscape']) {
      if (!existsSync(`dist/apps/${app}/main.js`)) {
        fail('Build first: npm run build && npx nest build landscape', 1);
      }
    }
    const apps = new ConfinedApps({ backend: await freePort(), frontend: await freePort() }, createGroup);
    await apps.#startLandscape();
    return apps;
  }

  /**
   * Reads a JSON file that the landscape wrote.
   *
   * @param {string} name
   */
  landscapeFile(name) {
    return JSON.parse(readFileSync(join(this.#folder, '.landscape', name), 'utf8'));
  }

  /** Path of the CA certificate of the landscape. */
  get caFile() {
    return join(this.#folder, '.landscape/ca.pem');
  }

  /**
   * Starts apps from a cold page cache.
   *
   * @param {readonly AppName[]} names
   * @param {number} quota in MB
   * @param {Readonly<Record<string, string>>} [environment]
   * @returns {ConfinedApp[]}
   */
  start(names, quota, environment = {}) {
    dropPageCache();
    return names.map((name) => {
      const group = this.#createGroup(`nest-ias-${process.pid}-${name}`, quota);
      this.#groups.add(group);
      const child = this.#spawn(name, group, environment);
      return { name, group, process: child, wasKilled: () => child.signalCode !== null };
    });
  }

  /** @param {ConfinedApp} app */
  async isReadyInTime({ name, process: child }) {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
      try {
        const { ok } = await fetch(`http://127.0.0.1:${this.ports[name]}/health/ready`, {
          signal: AbortSignal.timeout(5_000),
        });
        if (ok) return true;
      } catch {
        // not ready yet
      }
      await delay(50);
    }
    return false;
  }

  /**
   * Ends apps and removes their groups.
   *
   * @param {readonly ConfinedApp[]} apps
   */
  async end(apps) {
    await Promise.all(apps.map(({ process: child }) => this.#kill(child)));
    await this.#removeGroups();
  }

  /** Ends everything. Otherwise the control groups would stay; they can be removed only when they are empty. */
  async stop() {
    await Promise.all([...this.#running].map((child) => this.#kill(child)));
    await this.#removeGroups();
  }

  /**
   * @param {AppName} name
   * @param {ControlGroup} group
   * @param {Readonly<Record<string, string>>} environment
   */
  #spawn(name, group, environment) {
    const folder = join(this.#folder, 'apps', name);
    const startLine = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts.start;
    const command = startLine.replace(/^node /, `'${join(this.#folder, `node-${name}`)}' `);
    // The shell joins the group and then becomes the app, so everything that the app reads and allocates counts.
    const child = spawn('/bin/sh', ['-c', `echo $$ > '${group.processesFile}' && exec ${command}`], {
      cwd: folder,
      env: {
        NODE_ENV: 'production',
        PORT: String(this.ports[name]),
        LOG_LEVEL: 'error',
        // as in manifest.yml
        MALLOC_ARENA_MAX: '1',
        MEMORY_AVAILABLE: String(group.quota),
        ...bindingOf(folder),
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#running.add(child);
    return child;
  }

  /** Starts the landscape in the temporary folder, where it writes the files that configure the apps. */
  async #startLandscape() {
    const child = spawn(process.execPath, [resolve('dist/apps/landscape/main.js')], {
      cwd: this.#folder,
      env: { BACKEND_PORT: String(this.ports.backend), FRONTEND_PORT: String(this.ports.frontend) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#running.add(child);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!existsSync(join(this.#folder, '.landscape/landscape.json'))) {
      if (child.exitCode !== null || Date.now() > deadline) fail('The landscape did not start.', 1);
      await delay(100);
    }
  }

  /** @param {import('node:child_process').ChildProcess} child */
  async #kill(child) {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
    this.#running.delete(child);
  }

  async #removeGroups() {
    for (const group of this.#groups) await group.remove();
    this.#groups.clear();
  }
}

/**
 * Returns what the landscape wrote for an app, as environment variables. A deployed app does not read the file, and is
 * not allowed to control the landscape.
 *
 * @param {string} folder of the app
 * @returns {Record<string, string>}
 */
function bindingOf(folder) {
  const values = JSON.parse(readFileSync(join(folder, 'default-env.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !name.startsWith('LANDSCAPE_'))
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}
