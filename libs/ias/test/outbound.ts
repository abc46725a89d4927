import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLandscape } from '@nest-ias/landscape';
import type { Landscape, LandscapeOptions } from '@nest-ias/landscape';
import type { ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { IAS_CLOCK, IAS_MONOTONIC_CLOCK } from '../src/core/clocks.js';
import { IAS_RANDOM } from '../src/core/injection-tokens.js';
import { IasClient, IasClientModule, IasModule } from '../src/index.js';
import type { IasClientOptions, IasModuleOptions } from '../src/index.js';

/** A landscape with modules that fetch tokens. The test controls clocks and randomness, so that nothing sleeps. */
export class Outbound {
  /** ms since the epoch, for the landscape and the modules. */
  now = Date.now();
  /** ms by which only the wall clock was set forward. */
  #stepped = 0;
  /** In [0, 1): 0 removes every back-off with jitter. */
  random = 0;
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'nest-ias-outbound-'));
  #landscape: Landscape | undefined;

  static async start(options?: LandscapeOptions): Promise<Outbound> {
    const outbound = new Outbound();
    await outbound.startLandscape(options);
    return outbound;
  }

  /** Starts the landscape of an instance that the constructor created. */
  async startLandscape(options: LandscapeOptions = {}): Promise<void> {
    this.#landscape = await startLandscape({ now: () => this.now, ...options });
    writeFileSync(this.caFile, this.landscape.ca.pem);
  }

  get landscape(): Landscape {
    if (this.#landscape === undefined) throw new Error('Start the landscape first.');
    return this.#landscape;
  }

  get caFile(): string {
    return this.file('ca.pem');
  }

  /** Path of a file in the folder of this test. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  forward(seconds: number): void {
    this.now += seconds * 1_000;
  }

  /** Sets the wall clock forward or, negative, back. */
  stepWallClock(seconds: number): void {
    this.now += seconds * 1_000;
    this.#stepped += seconds * 1_000;
  }

  /** Credentials of a new binding, with a certificate of the same subject each time. */
  async bind(): Promise<Record<string, unknown>> {
    return { ...(await this.landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: 'outbound' })) };
  }

  /** Starts a module with `IasModule` for one binding, and other imports of the test. */
  async startModule(
    options: IasModuleOptions = {},
    imports: ModuleMetadata['imports'] = [],
  ): Promise<TestingModule> {
    // with `credentials: undefined`, the binding comes from the environment
    const credentials = 'credentials' in options ? options.credentials : await this.bind();
    const module = await Test.createTestingModule({
      imports: [
        IasModule.forRoot({ outbound: true, isGlobal: true, caFile: this.caFile, ...options, credentials }),
        ...imports,
      ],
    })
      .overrideProvider(IAS_CLOCK)
      .useValue(() => this.now)
      .overrideProvider(IAS_MONOTONIC_CLOCK)
      .useValue(() => this.now - this.#stepped)
      .overrideProvider(IAS_RANDOM)
      .useValue(() => this.random)
      .compile();
    this.#closing.push(() => module.close());
    return module;
  }

  /** Starts a module with one client. */
  async startClient(options: IasClientOptions): Promise<IasClient> {
    const module = await this.startModule({}, [IasClientModule.register(options)]);
    return module.get(IasClient, { strict: false });
  }

  /** Closes the modules of one test. */
  async closeModules(): Promise<void> {
    for (const close of this.#closing.splice(0)) await close();
  }

  async stop(): Promise<void> {
    await this.closeModules();
    await this.landscape.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
