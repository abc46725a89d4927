import { htmlEscape } from 'escape-goat';
import { renderPage } from './html-page.js';
import type { Homepage } from './homepage.service.js';

/** Renders the homepage. All values come from other systems, so they are escaped. */
export function renderHomepage({ claims, proof, token }: Homepage): string {
  return renderPage(
    'nest-ias: app-to-app call over mutual TLS',
    `<h1>One app called another and proved who it is</h1>
<p class="lead">This app got an access token from SAP Cloud Identity Services over mutual TLS and called the backend with it. The page shows what the backend read in the token.</p>
${renderVerdict(proof)}
<h2>Claims of the token, as the backend read them</h2>
<div class="card"><table>
${renderRow('subject', 'the caller: client ID of the application', claims.subject)}
${renderRow('zone_uuid', 'tenant of the application (app_tid)', claims.zone_uuid)}
${renderRow('issuer', 'the tenant that signed the token', claims.issuer)}
${renderRow('aud', 'audience: the applications that accept the token', [claims.aud].flat().join(', '))}
${renderRow('cnf', 'confirmation: the certificate that the token is bound to', JSON.stringify(claims.cnf))}
</table></div>
<h2>The proof</h2>
<div class="card"><table>
${renderRow('cnf x5t#S256', 'in the token', proof.cnf)}
${renderRow('our certificate', 'SHA-256 thumbprint of the client certificate in use', proof.thumbprint)}
${renderRow('token', token.source === 'cache' ? 'taken from the cache' : 'fetched for this page', `expires ${token.expiresAt}`)}
</table></div>
<h2>Why this is secure</h2>
<ol>
<li>There is no password. The tenant identifies this app by its <strong>certificate</strong>. The private key never leaves the app.</li>
<li>The tenant writes the thumbprint of that certificate into the token (<code>cnf</code>) and signs it.</li>
<li>This app calls the backend on a connection with the same certificate. The backend compares the two, so a stolen token is useless without the private key.</li>
<li>This page contains no secrets: a thumbprint is public, and the token and the key are not shown.</li>
</ol>
<p>To get the same as JSON, request this address with the header <code>Accept: application/json</code>.</p>`,
  );
}

function renderVerdict({ cnf, matches }: Homepage['proof']): string {
  if (matches) {
    return `<div class="verdict good">The token belongs to our certificate.<p>cnf equals the thumbprint of the certificate in use.</p></div>`;
  }
  const why =
    cnf === null
      ? 'The token has no cnf: anyone who has it can use it.'
      : 'cnf differs from the thumbprint of the certificate in use.';
  return `<div class="verdict bad">The token is not proven to belong to our certificate.<p>${why}</p></div>`;
}

function renderRow(name: string, why: string, value: string | null | undefined): string {
  return htmlEscape`<tr><th scope="row">${name}<span class="why">${why}</span></th><td><code>${value ?? '(none)'}</code></td></tr>`;
}
