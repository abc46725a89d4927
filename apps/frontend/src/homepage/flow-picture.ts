import type { CallDescription } from './call-description.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';

const BOX = { width: 164, height: 46, top: 6 } as const;
const NOTE_TOP = BOX.top + BOX.height + 24;
const NOTE_HEIGHT = 18;

/** The widths of the picture: from the middle of one box to the middle of the next. */
const DISTANCE = 280;
const WIDTH = 1_010;

/** Draws who called whom for this page: as a picture, and as a list for narrow screens and screen readers. */
export function renderFlow(calls: readonly CallDescription[]): Html {
  const [tokenRequest, ...way] = calls;
  if (tokenRequest === undefined) return NOTHING;
  const parties = [tokenRequest.to, tokenRequest.from, ...way.map(({ to }) => to)];
  const margin = (WIDTH - DISTANCE * (parties.length - 1)) / 2;
  const middle = (index: number) => margin + DISTANCE * index;
  const lines = Math.max(...calls.map(({ notes }) => notes.length));
  return html`<svg
      class="flow"
      viewBox="0 0 ${WIDTH} ${NOTE_TOP + NOTE_HEIGHT * lines}"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <marker
          id="tip"
          viewBox="0 0 8 8"
          refX="8"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto-start-reverse"
        >
          <path d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      ${parties.map((name, index) => renderBox(name, middle(index)))}
      ${calls.map((call, index) => renderArrow(call, middle(index), index === 0))}
    </svg>
    <ol class="steps">
      ${calls.map(({ from, to, notes }) => html`<li>${from} to ${to}: ${notes.join(', ')}.</li>`)}
    </ol>`;
}

function renderBox(name: string, middle: number): Html {
  return html`<rect
      x="${middle - BOX.width / 2}"
      y="${BOX.top}"
      width="${BOX.width}"
      height="${BOX.height}"
      rx="10"
    />
    <text x="${middle}" y="${BOX.top + BOX.height / 2 + 5}">${name}</text>`;
}

/** @param isBackwards the caller is on the right, because the tenant is on the left */
function renderArrow({ notes }: CallDescription, left: number, isBackwards: boolean): Html {
  const y = BOX.top + BOX.height / 2;
  const from = left + BOX.width / 2 + 2;
  const to = left + DISTANCE - BOX.width / 2 - 2;
  const x = left + DISTANCE / 2;
  return html`<path
      class="arrow"
      d="M${from} ${y}H${to}"
      marker-${isBackwards ? 'start' : 'end'}="url(#tip)"
    />
    ${notes.map(
      (note, index) => html`<text class="note" x="${x}" y="${NOTE_TOP + NOTE_HEIGHT * index}">${note}</text>`,
    )}`;
}
