import { IasError } from './ias-error.js';

export type ConfigurationErrorCode = 'configuration_invalid';

/** An option of the module or an environment variable has a value that cannot be used. */
export class ConfigurationError extends IasError<ConfigurationErrorCode> {
  constructor(message: string) {
    super('configuration_invalid', message);
  }
}
