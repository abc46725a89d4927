import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dropPageCache, findControlGroups } from './control-groups.mjs';
import { fail } from './exit.mjs';

/** @typedef {import('./control-groups.mjs').ControlGroup} ControlGroup */
/** @typedef {'backend' | 'frontend'} AppName */

/**
 * An app that runs in a control group of its own.
 *
 * @typedef {object} ConfinedApp
 * @property {AppName} name
 * @property {ControlGroup} group
 * @property {import('node:child_process').ChildProcess} process
 * @property {() => boolean} wasKilled by the kernel, for its memory
 */

const START_TIMEOUT_MS = 60_000;

/** The two built apps, each in a memory control group, and the landscape outside of them. */
export class ConfinedApps {
  #createGroup = findControlGroups();
  #folder = mkdtempSync(join(tmpdir(), 'nest-ias-confined-'));
  /** @type {Set<import('node:child_process').ChildProcess>} */
  #running = new Set();
  /** @type {Set<ControlGroup>} */
  #groups = new Set();

  /** @param {Readonly<Record<AppName, number>>} ports */
  constructor(ports) {
    this.ports = ports;
    process.once('exit', () => {
      for (const child of this.#running) child.kill('SIGKILL');
      rmSync(this.#folder, { recursive: true, force: true });
    });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.once(signal, () => void this.stop().then(() => process.exit(130)));
    }
    // A copy of node for each app: pages of a file belong to the group that read them first, which must be the app's.
    for (const app of ['backend', 'frontend']) {
      cpSync(`dist/apps/${app}`, join(this.#folder, 'apps', app), { recursive: true });
      copyFileSync(process.execPath, join(this.#folder, `node-${app}`));
    }
  }

  /** Starts the landscape; the program ends with exit code 1 if something is not built. */
  static async withLandscape() {
    for (const app of ['backend', 'frontend', 'landscape']) {
      if (!existsSync(`dist/apps/${app}/main.js`)) {
        fail('Build first: npm run build && npx nest build landscape', 1);
      }
    }
    const apps = new ConfinedApps({ backend: await freePort(), frontend: await freePort() });
    await apps.#startLandscape();
    return apps;
  }

  /**
   * A file that the landscape wrote, as JSON.
   *
   * @param {string} name
   */
  landscapeFile(name) {
    return JSON.parse(readFileSync(join(this.#folder, '.landscape', name), 'utf8'));
  }

  /** Path of the certificate of the landscape's authority. */
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
        // not yet
      }
      await delay(50);
    }
    return false;
  }

  /**
   * Ends apps, and removes their groups.
   *
   * @param {readonly ConfinedApp[]} apps
   */
  async end(apps) {
    await Promise.all(apps.map(({ process: child }) => this.#kill(child)));
    await this.#removeGroups();
  }

  /** Control groups would outlive the program, and can be removed only when they are empty. */
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
    // The shell enters the group and becomes the app: everything the app reads and allocates counts.
    const child = spawn('/bin/sh', ['-c', `echo $$ > '${group.processesFile}' && exec ${command}`], {
      cwd: folder,
      env: {
        NODE_ENV: 'production',
        PORT: String(this.ports[name]),
        LOG_LEVEL: 'error',
        MEMORY_AVAILABLE: String(group.quota),
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#running.add(child);
    return child;
  }

  /** The landscape runs in the folder of the measurement, where it tells the apps how to reach it. */
  async #startLandscape() {
    const child = spawn(process.execPath, [resolve('dist/apps/landscape/main.js')], {
      cwd: this.#folder,
      env: { BACKEND_PORT: String(this.ports.backend), FRONTEND_PORT: String(this.ports.frontend) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#running.add(child);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!existsSync(join(this.#folder, '.landscape/landscape.json'))) {
      if (child.exitCode !== null || Date.now() > deadline) fail('The landscape does not start.', 1);
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

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}
