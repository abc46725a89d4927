import type { Landscape } from '@nest-ias/landscape';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { type Clock, IAS_CLOCK, IAS_OPTION_OVERRIDES, type IasModuleOptions } from 'nest-ias';

/** Options that the test overrides; all other options keep the app's values. */
export interface IasOverrides extends IasModuleOptions {
  /** Clock of the app for dates and durations, milliseconds since the epoch. @default the clocks of the system */
  readonly now?: Clock;
}

/** Common name of all certificates of the app: an application can have at most 20 certificate subjects. */
const APP_IDENTIFIER = 'app-under-test';

const NO_EFFECT =
  'overrideIas had no effect: the app under test does not import IasModule, or imports it from another copy of ' +
  'nest-ias. Import IasModule.forRoot() in a module of the test, and check with "npm ls nest-ias" that there is one copy.';

/**
 * Binds the app under test to a landscape: `IasModule` gets credentials with a certificate and trusts the landscape's
 * certificate authority. This neither reads nor writes environment variables.
 *
 * ```ts
 * const module = await overrideIas(Test.createTestingModule({ imports: [AppModule] }), landscape).compile();
 * ```
 *
 * @returns the builder; its `compile()` fails if the app does not import `IasModule` or imports it from another copy of
 * nest-ias
 */
export function overrideIas(
  builder: TestingModuleBuilder,
  landscape: Landscape,
  { now, ...options }: IasOverrides = {},
): TestingModuleBuilder {
  if (now) builder.overrideProvider(IAS_CLOCK).useValue(now);
  let isUsed = false;
  builder.overrideProvider(IAS_OPTION_OVERRIDES).useFactory({
    factory: async () => {
      isUsed = true;
      return {
        // The binding contains the key, so the app's file must not be read.
        privateKeyFile: undefined,
        certificateFile: undefined,
        caFile: await landscape.caFile(),
        ...options,
        credentials:
          options.credentials ??
          (await landscape.issueBinding({ type: 'X509_GENERATED', appIdentifier: APP_IDENTIFIER })),
      };
    },
  });
  return failUnlessUsed(builder, () => isUsed);
}

/** Nest ignores an override of a provider that does not exist, so the app would run with its own binding. */
function failUnlessUsed(builder: TestingModuleBuilder, isUsed: () => boolean): TestingModuleBuilder {
  const compile = builder.compile.bind(builder);
  builder.compile = async (...parameters) => {
    const compiled = await compile(...parameters).catch((cause: unknown) => {
      throw isUsed() ? cause : new Error(NO_EFFECT, { cause });
    });
    if (isUsed()) return compiled;
    await compiled.close();
    throw new Error(NO_EFFECT);
  };
  return builder;
}
