import { createHash } from 'node:crypto';
import { type Answer, html } from '../http/answer.js';
import { displayNameOf, type TenantUser } from '../tenant/tenant-user.js';

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem}' +
  'h1{font-size:1.4rem}button{font:inherit;display:block;width:100%;text-align:start;padding:.6rem .8rem;margin:.5rem 0}' +
  'small{display:block}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Content of the login page. */
export interface LoginPage {
  readonly clientId: string;
  readonly users: readonly TenantUser[];
  /** Parameters of the authorization request. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly redirectUri: string;
}

/** The page on which you select a user. It needs no script. */
export function loginPage({ clientId, users, parameters, redirectUri }: LoginPage): Answer {
  const fields = parameters
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('');
  const buttons = users
    .map(
      (user) =>
        `<button name="user" value="${escaped(user.id)}">${escaped(displayNameOf(user))}` +
        `<small>${escaped(user.email ?? user.id)}</small></button>`,
    )
    .join('');
  return page(
    200,
    'Sign in',
    `<p>Pick a user for the application <code>${escaped(clientId)}</code>. This is a local stand-in for SAP Cloud ` +
      `Identity Services; it asks for no password.</p>` +
      `<form method="post" action="/oauth2/authorize">${fields}${buttons}</form>`,
    // Chrome applies form-action to the redirect after the form as well.
    `'self' ${new URL(redirectUri).origin}`,
  );
}

/** A page with one sentence for the user. */
export function messagePage(status: number, title: string, sentence: string): Answer {
  return page(status, title, `<p>${escaped(sentence)}</p>`, "'none'");
}

function page(status: number, title: string, content: string, formAction: string): Answer {
  const body =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} – landscape</title>` +
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>` +
    `<body><main><h1>${title}</h1>${content}</main></body></html>`;
  return html(status, body, {
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none';style-src 'sha256-${STYLE_HASH}';frame-ancestors 'none';base-uri 'none';form-action ${formAction}`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
