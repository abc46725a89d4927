/// <reference lib="dom" />

/** What is wrong with the labels of the picture that a page shows; runs in the browser. */
export function labelCollisions(): string[] {
  const found = new Set<string>();
  const svg = document.querySelector('svg')?.getBoundingClientRect() ?? new DOMRect();
  const labels = Array.from(document.querySelectorAll('svg text'), (label) => {
    const { left, right, top, bottom } = label.getBoundingClientRect();
    // letters do not fill the height of a line
    return { text: label.textContent, left, right, top: top + 2, bottom: bottom - 3 };
  }).filter(({ text }) => text.trim() !== '');
  for (const [index, label] of labels.entries()) {
    const { text, left, right, top, bottom } = label;
    if (left < svg.left || right > svg.right || top < svg.top || bottom > svg.bottom)
      found.add(`${text}: leaves the picture`);
    for (const other of labels.slice(index + 1))
      if (left < other.right && other.left < right && top < other.bottom && other.top < bottom)
        found.add(`${text}: overlaps ${other.text}`);
    for (let x = left - 2; x <= right + 2; x++) {
      for (let y = top; y <= bottom; y++) {
        const below = document.elementsFromPoint(x, y).find(({ tagName }) => tagName !== 'text');
        if (below?.tagName === 'line') found.add(`${text}: touches a line`);
      }
    }
  }
  return [...found];
}
