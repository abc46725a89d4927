import type { CallDescription } from './call-description.js';
import { html, NOTHING } from './html.js';
import type { Html } from './html.js';
import { renderOnChange } from './render-on-change.js';

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
  const lines = Math.max(...calls.map(({ notes }) => notes.length));
  return html`<svg
      class="flow"
      viewBox="0 0 ${WIDTH} ${NOTE_TOP + NOTE_HEIGHT * lines}"
      aria-hidden="true"
      focusable="false"
    >
      ${renderParties(tokenRequest.to, tokenRequest.from, ...way.map(({ to }) => to))}
      ${calls.map(({ notes }, index) => renderNotes(notes, middleOf(index, calls.length) + DISTANCE / 2))}
    </svg>
    <ol class="steps">
      ${calls.map(({ from, to, notes }) => html`<li>${from} to ${to}: ${notes.join(', ')}.</li>`)}
    </ol>`;
}

/** The middle of the box of a party. */
function middleOf(index: number, arrows: number): number {
  return (WIDTH - DISTANCE * arrows) / 2 + DISTANCE * index;
}

/** The boxes, from left to right, and the arrows between them. */
const renderParties = renderOnChange((...parties: readonly string[]) => {
  const middle = (index: number) => middleOf(index, parties.length - 1);
  return html`<defs>
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
    ${parties.slice(1).map((_, index) => renderArrow(middle(index), index === 0))}`;
});

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
function renderArrow(left: number, isBackwards: boolean): Html {
  const y = BOX.top + BOX.height / 2;
  const from = left + BOX.width / 2 + 2;
  const to = left + DISTANCE - BOX.width / 2 - 2;
  return html`<path
    class="arrow"
    d="M${from} ${y}H${to}"
    marker-${isBackwards ? 'start' : 'end'}="url(#tip)"
  />`;
}

function renderNotes(notes: readonly string[], x: number): Html {
  return html`${notes.map(
    (note, index) => html`<text class="note" x="${x}" y="${NOTE_TOP + NOTE_HEIGHT * index}">${note}</text>`,
  )}`;
}
