/**
 * Security headers of every response, with names in lower case. Only a browser needs more, and only for a page
 * (`page-headers.ts`): each one takes time (docs/decisions/0009).
 */
export const SECURITY_HEADERS = {
  // If a browser shows the response nevertheless, it loads nothing, and no page can frame it.
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;
