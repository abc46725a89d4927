import { Reflector } from '@nestjs/core';

/**
 * Lets everybody in: no credentials are looked at. On a handler it wins over the class, so `@Public(false)` closes
 * one route of a public controller.
 */
export const Public = Reflector.createDecorator<boolean | undefined, boolean>({
  transform: (isPublic = true) => isPublic,
});
