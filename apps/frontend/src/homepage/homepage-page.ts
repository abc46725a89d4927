import { relativeTime } from '@nest-ias/runtime/internal';
import type { AppDescription } from './app-description.js';
import type { CallDescription } from './call-description.js';
import { renderCertificateCard } from './certificate-card.js';
import { documentation } from './documentation.js';
import { renderExplanation } from './explanation.js';
import { renderFlow } from './flow-picture.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { renderPage } from './html-page.js';
import type { Homepage, HomepageVisit } from './homepage.service.js';
import { renderOnChange } from './render-on-change.js';
import { renderTokenCard } from './token-card.js';
import { renderVerdict } from './verdict.js';

/** The same for every visit, so it is rendered once. */
const LINKS = html`<li>
    <a href="${documentation('reference/guard.md')}">What the backend checks of each token</a>
  </li>
  <li>
    <a href="${documentation('how-to/stolen-certificate-or-token.md')}"
      >What to do if a token or a key is stolen</a
    >
  </li>
  <li><a href="${documentation('reference/ias-facts.md')}">What is known about tokens of IAS</a></li>`;

/** What the lab adds to the homepage. */
export interface HomepageLab {
  /** The outcome of an action that ended on this page, or nothing. */
  readonly outcome: Html;
  readonly forms: Html;
}

/** Renders the homepage. Every sentence follows from the values of this call. */
export function renderHomepage(
  visit: HomepageVisit,
  app: AppDescription,
  calls: readonly CallDescription[],
  lab?: HomepageLab,
): Html {
  const { homepage, token } = visit;
  const isProven = visit.state === 'proven';
  return renderPage(
    'nest-ias: app-to-app call over mutual TLS',
    html`<h1>${isProven ? 'One app called another and proved who it is' : 'One app called another'}</h1>
      <p class="soft">${introduction(app)} The page shows what the backend read in the token.</p>
      ${lab?.outcome ?? NOTHING} ${renderVerdict(visit, app.credentialType)} ${renderFlow(calls)}
      <div class="columns">
        <section>${renderExplanation(visit, app)}</section>
        <section>
          ${app.certificate === undefined ? NOTHING : renderCertificateCard(app.certificate, app.credentialType)}
        </section>
      </div>
      ${lab?.forms ?? NOTHING}
      <div class="columns">
        <section>${renderClaims(homepage, token.expiresAt, app.now)}</section>
        <section>${renderFurther(app.address)}</section>
      </div>
      <section>${renderTokenCard(token)}</section>`,
  );
}

const renderFurther = renderOnChange(
  (address: string) =>
    html`<h2>More</h2>
      <ul>
        <li>
          The same as JSON: <code data-copy="the command">curl -H 'Accept: application/json' ${address}</code>
        </li>
        ${LINKS}
      </ul>`,
);

function introduction({ credentialType, isLocalTenant, tenant }: AppDescription): string {
  const from = isLocalTenant
    ? `${tenant}, a local tenant that simulates SAP Cloud Identity Services,`
    : `SAP Cloud Identity Services (${tenant})`;
  const how = credentialType === 'SECRET' ? 'with a client secret' : 'over mutual TLS';
  return `This app got an access token from ${from} ${how} and called the backend with it.`;
}

function renderClaims({ claims, token }: Homepage, expiresAt: number, now: number): Html {
  return renderClaimTable(
    claims.subject,
    claims.zone_uuid,
    claims.issuer,
    typeof claims.aud === 'string' ? claims.aud : claims.aud.join(', '),
    JSON.stringify(claims.cnf),
    token.source,
    token.expiresAt,
    relativeTime(expiresAt, now),
  );
}

type ClaimValue = string | null | undefined;

const renderClaimTable = renderOnChange(
  (
    subject: ClaimValue,
    zoneUuid: ClaimValue,
    issuer: ClaimValue,
    audience: ClaimValue,
    confirmation: ClaimValue,
    source: Homepage['token']['source'],
    expiresAt: string,
    expiry: string,
  ) =>
    html`<h2>Claims of the token, as the backend read them</h2>
      <div class="card">
        <table>
          ${renderRow('subject', 'the caller: client ID of the application', subject)}
          ${renderRow('zone_uuid', 'tenant of the application (app_tid)', zoneUuid)}
          ${renderRow('issuer', 'the tenant that signed the token', issuer)}
          ${renderRow('aud', 'audience: the applications that accept the token', audience)}
          ${renderRow('cnf', 'confirmation: the certificate that the token is bound to', confirmation)}
          <tr>
            <th scope="row">
              token<span class="why"
                >${source === 'cache' ? 'taken from the cache' : 'fetched for this page'}</span
              >
            </th>
            <td>expires ${expiry} (<time datetime="${expiresAt}" data-countdown>${expiresAt}</time>)</td>
          </tr>
        </table>
      </div>`,
);

function renderRow(name: string, why: string, value: ClaimValue): Html {
  return html`<tr>
    <th scope="row">${name}<span class="why">${why}</span></th>
    <td><code>${value ?? '(none)'}</code></td>
  </tr>`;
}
