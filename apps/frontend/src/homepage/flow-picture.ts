import type { AppDescription } from './app-description.js';
import { html } from './html.js';
import type { Html } from './html.js';
import type { Homepage } from './homepage.service.js';

const CHECKS: Readonly<Record<string, string>> = {
  verified: 'proof verified',
  unchecked: 'proof not checked',
  unbound: 'token is not bound',
};

/** Draws who called whom for this page, and with what. */
export function renderFlow({ proof, token }: Homepage, { certificate, isLocalTenant }: AppDescription): Html {
  const tenant = isLocalTenant ? 'local stand-in for IAS' : 'SAP IAS';
  const request = token.source === 'cache' ? 'token was in the cache' : 'token fetched for this page';
  const credential = certificate === undefined ? 'with a client secret' : 'over mutual TLS';
  const call = certificate === undefined ? 'token, no certificate' : 'token and certificate';
  const check = CHECKS[proof.verified ?? ''] ?? 'proof unknown';
  const summary = `Frontend to ${tenant}: ${request}, ${credential}. Frontend to backend: ${call}, ${check}.`;
  return html`<svg class="flow" viewBox="0 0 720 150" role="img" aria-label="${summary}">
    <defs>
      <marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
        <path d="M0 0 8 4 0 8z" />
      </marker>
    </defs>
    <g class="boxes">
      <rect x="10" y="20" width="170" height="60" rx="8" />
      <rect x="275" y="20" width="170" height="60" rx="8" />
      <rect x="540" y="20" width="170" height="60" rx="8" />
    </g>
    <text x="95" y="55">${tenant}</text>
    <text x="360" y="55">frontend</text>
    <text x="625" y="55">backend</text>
    <path class="arrow" d="M275 50H182" marker-end="url(#tip)" />
    <path class="arrow" d="M445 50H538" marker-end="url(#tip)" />
    <text class="note" x="228" y="105">${request}</text>
    <text class="note" x="228" y="125">${credential}</text>
    <text class="note" x="492" y="105">${call}</text>
    <text class="note" x="625" y="125">${check}</text>
  </svg>`;
}
