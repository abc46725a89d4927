import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';

/** Key of the metadata that {@link AllowCallers} leaves. */
export const ALLOWED_CALLERS = Symbol('IAS_ALLOWED_CALLERS');

/**
 * Lets only the named applications in, by the client id in `azp`; others get 403. Callers that the option
 * `allowedCallers` leaves out stay out.
 */
export function AllowCallers(...clientIds: readonly string[]): CustomDecorator<symbol> {
  return SetMetadata(ALLOWED_CALLERS, clientIds);
}
