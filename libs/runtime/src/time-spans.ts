export const DAY_MS = 86_400_000;

const UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** `26 days`, in the largest unit that fits. */
export function describeSpan(milliseconds: number): string {
  const [unit, length] = UNITS.find(([, size]) => milliseconds >= size) ?? UNITS[3];
  const count = Math.floor(milliseconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** How far away a time is: `in 59 minutes`, `2 days ago`; rounded towards now. */
export function relativeTime(time: number, now: number): string {
  const distance = Math.abs(time - now);
  if (distance < 1_000) return 'now';
  const span = describeSpan(distance);
  return time < now ? `${span} ago` : `in ${span}`;
}
