import { relativeTime } from '@nest-ias/runtime/internal';

/** `2026-12-20T10:00:00Z (in 26 days)` */
export function describeMoment(milliseconds: number, now: number): string {
  return `${isoSeconds(milliseconds)} (${relativeTime(milliseconds, now)})`;
}

function isoSeconds(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? 'no valid date' : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
