import { createHash } from 'node:crypto';
import { HOMEPAGE_STYLE } from './homepage-style.js';

/** Lets the browser use the page's own style sheet and nothing else. */
const STYLE_HASH = createHash('sha256').update(HOMEPAGE_STYLE).digest('base64');

/** Replaces the stricter policy of `libs/runtime/src/security-headers.ts` on pages. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join(';');
