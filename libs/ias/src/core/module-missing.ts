import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../errors/ias-error.js';
import { IAS_SETTINGS } from './settings.js';

const IMPORT = 'import IasModule.forRoot({ isGlobal: true }) once, in the root module of the app.';
const INSTALL_ONE =
  'the app imports IasModule from another copy of nest-ias. Install one copy; "npm ls nest-ias" lists all of them.';

/**
 * @param part the class that needs `IasModule` but cannot access it, such as `IasAuthGuard`
 * @param modules all modules of the app
 */
export function moduleMissing(part: string, modules: ModulesContainer | undefined): ConfigurationError {
  const remedy = modules && isFromOtherCopy(modules) ? INSTALL_ONE : IMPORT;
  return new ConfigurationError(`${part} cannot find IasModule: ${remedy}`, 'module_missing');
}

/**
 * Makes the start fail if a module is imported without its options. The dynamic module replaces this provider.
 *
 * @param method creates the dynamic module, such as `forRoot`
 */
export function optionsMissing(provide: InjectionToken, module: string, method: string): FactoryProvider {
  return {
    provide,
    useFactory: () => {
      throw new ConfigurationError(
        `${module} has no options: import ${module}.${method}(), not ${module} itself.`,
      );
    },
  };
}

/** Each copy of this package has its own injection tokens. */
function isFromOtherCopy(modules: ModulesContainer): boolean {
  return [...modules.values()].some(
    ({ name, providers }) => name === 'IasModule' && !providers.has(IAS_SETTINGS),
  );
}
