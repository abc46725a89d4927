import { Html } from './html.js';

/**
 * Renders a part of the page again only when one of its values changes. Use it where most visits have the same values.
 *
 * @returns the function, which keeps its latest values and result
 */
export function renderOnChange<Values extends readonly unknown[]>(
  render: (...values: Values) => Html,
): (...values: Values) => Html {
  let latest: { readonly values: Values; readonly part: Html } | undefined;
  return (...values) => {
    if (latest === undefined || !areSame(latest.values, values)) {
      latest = { values, part: inOnePiece(render(...values)) };
    }
    return latest.part;
  };
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((value, index) => value === others[index]);
}

/** V8 keeps a text as a tree of what it was joined from, and would walk through it for each page that contains it. */
function inOnePiece(part: Html): Html {
  return new Html(Buffer.from(part.toString()).toString());
}
