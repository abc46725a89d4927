/**
 * Security headers of every response, with names in lower case. Only a browser needs more, and only for a page
 * (`page-headers.ts`): each one takes time (docs/decisions/0009).
 */
export const SECURITY_HEADERS = {
  // Should a browser show the response nevertheless, it loads nothing, and no page frames it.
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;
