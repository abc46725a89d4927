import type { ValueProvider } from '@nestjs/common';
import type { IasModuleOptions } from './options.js';

/** Injection token of options that win over those of the app; tests put theirs here, the rest of the app's stay. */
export const IAS_OPTION_OVERRIDES = Symbol('IAS_OPTION_OVERRIDES');

export const NO_OPTION_OVERRIDES: ValueProvider<IasModuleOptions> = {
  provide: IAS_OPTION_OVERRIDES,
  useValue: {},
};
