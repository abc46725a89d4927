import { z } from 'zod';
import type { LoggedRequest } from '../tenant/request-log.js';

/** A request as the admin endpoint shows it: without headers, and without anything that can be a secret. */
export const requestsSchema = z.array(
  z.object({
    time: z.string(),
    method: z.string(),
    path: z.string(),
    status: z.number(),
    form: z.record(z.string(), z.array(z.string())).optional(),
    clientCertificateThumbprint: z.string().optional(),
    refusal: z.string().optional(),
    reason: z.string().optional(),
  }),
);

/** Clients can send a token in the wrong place, such as the path. */
const TOKEN = /[\w-]{8,}\.[\w-]{8,}\.[\w.-]*|[\w-]{80,}/g;
const REDACTED = '[redacted]';

/** Returns the requests of a tenant, oldest first. */
export function loggedRequests(requests: readonly LoggedRequest[]): z.infer<typeof requestsSchema> {
  return requests.map(
    ({ time, method, path, status, form, clientCertificateThumbprint, refusal, reason }) => ({
      time: new Date(time).toISOString(),
      method,
      path: redacted(path),
      status,
      ...(form && { form: formView(form) }),
      ...(clientCertificateThumbprint && { clientCertificateThumbprint }),
      ...(refusal && { refusal: redacted(refusal) }),
      ...(reason && { reason: redacted(reason) }),
    }),
  );
}

function formView(form: URLSearchParams): Record<string, string[]> {
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name).map(redacted)]));
}

function redacted(text: string): string {
  return text.replaceAll(TOKEN, REDACTED);
}
