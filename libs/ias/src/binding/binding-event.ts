import type { BindingEvent } from '../core/events.js';
import type { IdentityBinding } from './identity-binding.js';

/** A binding as events tell of it. */
export function bindingEvent({ name, certificate }: IdentityBinding): BindingEvent {
  return {
    binding: name,
    certificateThumbprint: certificate?.thumbprint,
    certificateExpiresAt: certificate?.notAfter.getTime(),
  };
}
