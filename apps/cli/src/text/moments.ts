const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `2026-12-20T10:00:00Z (in 26 days)` */
export function describeMoment(milliseconds: number, now: number): string {
  return `${isoSeconds(milliseconds)} (${relativeTime(milliseconds, now)})`;
}

/** `in 26 days`, `3 hours ago`; rounded towards now. */
function relativeTime(milliseconds: number, now: number): string {
  const difference = milliseconds - now;
  if (Math.abs(difference) < 1_000) return 'now';
  const span = describeSpan(Math.abs(difference));
  return difference < 0 ? `${span} ago` : `in ${span}`;
}

/** `26 days`, in the largest unit that fits. */
export function describeSpan(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => milliseconds >= size) ?? ['second', 1_000];
  const count = Math.floor(milliseconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function isoSeconds(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? 'no valid date' : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
