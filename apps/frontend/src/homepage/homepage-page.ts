import type { AppDescription, CertificateDescription } from './app-description.js';
import { renderExplanation } from './explanation.js';
import { renderFlow } from './flow-picture.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { renderPage } from './html-page.js';
import type { Homepage } from './homepage.service.js';
import { relativeTime } from './relative-time.js';
import { renderVerdict } from './verdict.js';

/**
 * Renders the homepage. Every sentence follows from the values of this call.
 *
 * @param lab the forms of the lab, or nothing
 */
export function renderHomepage(homepage: Homepage, app: AppDescription, lab: Html): Html {
  const { claims, proof, token } = homepage;
  const isProven = proof.matches && proof.verified === 'verified';
  return renderPage(
    'nest-ias: app-to-app call over mutual TLS',
    html`<h1>${isProven ? 'One app called another and proved who it is' : 'One app called another'}</h1>
      <p class="lead">${introduction(app)} The page shows what the backend read in the token.</p>
      ${renderVerdict(proof, app.credentialType)} ${renderFlow(homepage, app)}
      ${renderExplanation(homepage, app)} ${lab}
      <h2>The proof</h2>
      <div class="card">
        <table>
          ${renderRow('cnf x5t#S256', 'in the token', proof.cnf)}
          ${renderRow('our certificate', 'SHA-256 thumbprint of the client certificate in use', proof.thumbprint)}
          ${renderRow('token', token.source === 'cache' ? 'taken from the cache' : 'fetched for this page', `expires ${relativeTime(Date.parse(token.expiresAt), app.now)} (${token.expiresAt})`)}
        </table>
      </div>
      <h2>Claims of the token, as the backend read them</h2>
      <div class="card">
        <table>
          ${renderRow('subject', 'the caller: client ID of the application', claims.subject)}
          ${renderRow('zone_uuid', 'tenant of the application (app_tid)', claims.zone_uuid)}
          ${renderRow('issuer', 'the tenant that signed the token', claims.issuer)}
          ${renderRow('aud', 'audience: the applications that accept the token', [claims.aud].flat().join(', '))}
          ${renderRow('cnf', 'confirmation: the certificate that the token is bound to', JSON.stringify(claims.cnf))}
        </table>
      </div>
      ${app.certificate === undefined ? NOTHING : renderCertificate(app.certificate)}

      <p>
        To get the same as JSON, request this address with the header <code>Accept: application/json</code>.
      </p>`,
  );
}

function introduction({ credentialType, isLocalTenant, tenant }: AppDescription): string {
  const from = isLocalTenant
    ? `${tenant}, which stands in for SAP Cloud Identity Services on this machine,`
    : `SAP Cloud Identity Services (${tenant})`;
  const how = credentialType === 'SECRET' ? 'with a client secret' : 'over mutual TLS';
  return `This app got an access token from ${from} ${how} and called the backend with it.`;
}

function renderCertificate({
  subject,
  issuer,
  serialNumber,
  thumbprint,
  notAfter,
  daysLeft,
  percentLeft,
}: CertificateDescription): Html {
  return html`<h2>The certificate of this app</h2>
    <div class="card">
      <table>
        ${renderRow('certificate subject', 'whom it identifies', subject)}
        ${renderRow('certificate issuer', 'the authority that signed it', issuer)}
        ${renderRow('certificate serial', 'hexadecimal', serialNumber)}
        ${renderRow('certificate thumbprint', 'SHA-256, public', thumbprint)}
        <tr>
          <th scope="row">valid<span class="why">until ${notAfter}</span></th>
          <td>
            ${daysLeft} days left
            <meter
              min="0"
              max="100"
              low="10"
              value="${percentLeft}"
              aria-label="Part of the validity that is left"
            >
              ${percentLeft} %
            </meter>
          </td>
        </tr>
      </table>
    </div>`;
}

function renderRow(name: string, why: string, value: string | null | undefined): Html {
  return html`<tr>
    <th scope="row">${name}<span class="why">${why}</span></th>
    <td><code>${value ?? '(none)'}</code></td>
  </tr>`;
}
