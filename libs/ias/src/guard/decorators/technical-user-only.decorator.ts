import { Reflector } from '@nestjs/core';

/**
 * Lets only applications in, and no users: tokens whose `sap_id_type` is `app`. On a handler it wins over the class,
 * so `@TechnicalUserOnly(false)` opens one route.
 */
export const TechnicalUserOnly = Reflector.createDecorator<boolean | undefined, boolean>({
  transform: (only = true) => only,
});
