import type { Landscape } from '@nest-ias/landscape';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { type Clock, IAS_CLOCK, IAS_OPTION_OVERRIDES, type IasModuleOptions } from 'nest-ias';

/** What is different in the test; every option not named here stays as the app has it. */
export interface IasOverrides extends IasModuleOptions {
  /** Clock of the app, milliseconds since the epoch, for dates and durations alike. @default the clocks of the system */
  readonly now?: Clock;
}

/** Common name of the app's certificates; the same for each, as IAS knows 20 subjects of an application at most. */
const APP_IDENTIFIER = 'app-under-test';

/**
 * Binds the app under test to a landscape: `IasModule` gets credentials with a certificate and trusts the landscape's
 * authority. No environment variable is read for it or written.
 *
 * ```ts
 * const module = await overrideIas(Test.createTestingModule({ imports: [AppModule] }), landscape).compile();
 * ```
 */
export function overrideIas(
  builder: TestingModuleBuilder,
  landscape: Landscape,
  { now, ...options }: IasOverrides = {},
): TestingModuleBuilder {
  if (now) builder.overrideProvider(IAS_CLOCK).useValue(now);
  return builder.overrideProvider(IAS_OPTION_OVERRIDES).useFactory({
    factory: async () => ({
      // The key comes with the binding, whatever files the app names.
      privateKeyFile: undefined,
      certificateFile: undefined,
      caFile: await landscape.caFile(),
      ...options,
      credentials:
        options.credentials ??
        (await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: APP_IDENTIFIER })),
    }),
  });
}
