import { createHash } from 'node:crypto';
import { HOMEPAGE_STYLE } from './homepage-style.js';

/** Lets the browser use the page's own style sheet and nothing else. */
const STYLE_HASH = createHash('sha256').update(HOMEPAGE_STYLE).digest('base64');

const WITHOUT_FORMS = policyWith("'none'");
const WITH_FORMS = policyWith("'self'");

/** Replaces the stricter policy of `libs/runtime/src/security-headers.ts` on pages. */
export function contentSecurityPolicy(hasForms: boolean): string {
  return hasForms ? WITH_FORMS : WITHOUT_FORMS;
}

function policyWith(formAction: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `form-action ${formAction}`,
  ].join(';');
}
