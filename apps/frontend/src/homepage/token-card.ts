import type { AccessToken } from 'nest-ias';
import { DATE_CLAIMS, meaningOfClaim, meaningOfHeader } from 'nest-ias/internal';
import { containsToken } from '../backend/token-text.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { renderOnChange } from './render-on-change.js';
import { readToken } from './token-content.js';

/** A claim can be as long as the tenant likes. */
const MAX_LENGTH = 500;
const MAX_MEMBERS = 50;

/** Explains header and claims of our token one by one. The token itself is not on the page. */
export const renderTokenCard = renderOnChange(render);

function render(token: AccessToken): Html {
  const parts = readToken(token);
  if (parts === undefined) return NOTHING;
  return html`<h2>The token, decoded</h2>
    <p class="soft">
      Anyone who has a token can read it. The signature, which this page does not show, proves that the tenant
      issued it.
    </p>
    <div class="card">
      <table>
        ${rows(parts.header, meaningOfHeader)} ${rows(parts.payload, meaningOfClaim)}
      </table>
    </div>`;
}

function rows(members: object, meaningOf: (name: string) => string | undefined): Html[] {
  return Object.entries(members)
    .slice(0, MAX_MEMBERS)
    .map(
      ([name, value]) =>
        html`<tr>
          <th scope="row">${withoutToken(name)}</th>
          <td><code>${textOf(name, value)}</code></td>
          <td class="soft">${meaningOf(name) ?? 'Not described in the documentation of IAS.'}</td>
        </tr>`,
    );
}

function textOf(name: string, value: unknown): string {
  if (DATE_CLAIMS.has(name) && typeof value === 'number' && Math.abs(value) < 8.64e12) {
    return `${value} (${new Date(value * 1_000).toISOString()})`;
  }
  return withoutToken(typeof value === 'string' ? value : JSON.stringify(value));
}

function withoutToken(text: string): string {
  return containsToken(text) ? '(a token, not shown)' : shorten(text);
}

/** Keeps the page short whatever a claim contains. */
export function shorten(claim: string): string {
  return claim.length > MAX_LENGTH ? `${claim.slice(0, MAX_LENGTH)} …` : claim;
}
