import type { CredentialType } from 'nest-ias';
import type { CertificateDescription } from './app-description.js';
import { html, trustedHtml } from './html.js';
import type { Html } from './html.js';
import { renderOnChange } from './render-on-change.js';

const LOCK = trustedHtml(
  '<svg class="lock" viewBox="0 0 16 18" aria-hidden="true" focusable="false"><rect x="2" y="8" width="12" height="9" rx="1.5"/><path d="M5 8V5a3 3 0 0 1 6 0v3"/></svg>',
);

/** Explains our certificate, which is public. Of the key it shows only where it is. */
export const renderCertificateCard = renderOnChange(renderCard);

function renderCard(
  { subject, issuer, serialNumber, thumbprint, notAfter, daysLeft, percentLeft }: CertificateDescription,
  credentialType: CredentialType,
): Html {
  return html`<h2>The certificate of this app: public</h2>
    <div class="card">
      <table>
        <tr>
          <th scope="row">certificate subject<span class="why">the app that it identifies</span></th>
          <td><code>${subject}</code></td>
        </tr>
        <tr>
          <th scope="row">certificate issuer<span class="why">the authority that signed it</span></th>
          <td><code>${issuer}</code></td>
        </tr>
        <tr>
          <th scope="row">certificate serial<span class="why">hexadecimal</span></th>
          <td><code>${serialNumber}</code></td>
        </tr>
        <tr>
          <th scope="row">certificate thumbprint<span class="why">SHA-256, base64url</span></th>
          <td><code data-copy="the thumbprint">${thumbprint}</code></td>
        </tr>
        <tr>
          <th scope="row">
            valid<span class="why">until <time datetime="${notAfter}">${dayOf(notAfter)}</time></span>
          </th>
          <td>
            ${validity(daysLeft)}
            <meter min="0" max="100" low="10" value="${percentLeft}" aria-label="Remaining validity">
              ${percentLeft} %
            </meter>
          </td>
        </tr>
        <tr>
          <th scope="row">private key</th>
          <td>
            ${LOCK} not shown:
            ${credentialType === 'X509_GENERATED' ? 'it is in the binding of this app' : 'it was provided to this app'}
          </td>
        </tr>
      </table>
    </div>`;
}

/** Writes a day in a form that no reader takes for another: 25 Dec 2026. The argument is an ISO date, in UTC. */
function dayOf(date: string): string {
  const [, day, month, year] = new Date(date).toUTCString().split(' ');
  return `${Number(day)} ${month} ${year}`;
}

function validity(daysLeft: number): string {
  return daysLeft < 0 ? 'expired' : `${daysLeft} ${daysLeft === 1 ? 'day' : 'days'} left`;
}
