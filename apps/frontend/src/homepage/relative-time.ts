const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Says how far away a time is, in the largest unit that fits: `in 59 minutes`, `2 days ago`. */
export function relativeTime(time: number, now: number): string {
  const distance = time - now;
  const [unit, milliseconds] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? UNITS[3];
  const count = Math.floor(Math.abs(distance) / milliseconds);
  const amount = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return distance < 0 ? `${amount} ago` : `in ${amount}`;
}
