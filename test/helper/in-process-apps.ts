import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, readServerSettings, serve } from '@nest-ias/runtime';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape } from '@nest-ias/landscape';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { vi } from 'vitest';

/** Host names of the backend at the router, as on Cloud Foundry. */
export const BACKEND_HOST = 'backend.localhost';
export const BACKEND_CERT_HOST = 'backend.cert.localhost';

/** The landscape and the apps, all in this process, with real TLS. */
export class InProcessApps {
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'nest-ias-e2e-'));

  private constructor(readonly landscape: Landscape) {
    writeFileSync(this.caFile, landscape.ca.pem);
  }

  static async start(): Promise<InProcessApps> {
    return new InProcessApps(await startLandscape());
  }

  get caFile(): string {
    return join(this.#folder, 'ca.pem');
  }

  /**
   * Starts an app with a binding, listening on a free port.
   *
   * @param environment variables of the app, in addition to its binding and `IAS_CA_FILE`
   */
  async startApp(
    module: Type,
    credentials: unknown,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<NestFastifyApplication> {
    const variables = {
      VCAP_SERVICES: JSON.stringify(this.landscape.vcapServices(credentials as never)),
      IAS_CA_FILE: this.caFile,
      LOG_LEVEL: 'fatal',
      ...environment,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    try {
      const app = await createApp(module);
      await serve(app, readServerSettings(process.env, 0));
      this.#closing.unshift(() => app.close());
      return app;
    } finally {
      vi.unstubAllEnvs();
    }
  }

  async stop(): Promise<void> {
    for (const close of this.#closing) await close();
    await this.landscape.stop();
    rmSync(this.#folder, { recursive: true });
  }
}

/** `http://127.0.0.1:<port>` of an app that listens. */
export function urlOf(app: NestFastifyApplication): string {
  const { port } = app.getHttpServer().address() as { port: number };
  return `http://127.0.0.1:${port}`;
}
