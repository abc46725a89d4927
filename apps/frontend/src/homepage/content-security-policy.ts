import { createHash } from 'node:crypto';
import { HOMEPAGE_STYLE } from './homepage-style.js';
import { PAGE_SCRIPT } from './page-script.js';

const WITHOUT_FORMS = policyWith("'none'");
const WITH_FORMS = policyWith("'self'");

/**
 * Lets the browser use the page's own style sheet, script and icon, and nothing else. It replaces the stricter policy of
 * `libs/runtime/src/security-headers.ts` on pages.
 */
export function contentSecurityPolicy(hasForms: boolean): string {
  return hasForms ? WITH_FORMS : WITHOUT_FORMS;
}

function policyWith(formAction: string): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(HOMEPAGE_STYLE)}`,
    `script-src ${hashOf(PAGE_SCRIPT)}`,
    // the icon
    "img-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    `form-action ${formAction}`,
  ].join(';');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
