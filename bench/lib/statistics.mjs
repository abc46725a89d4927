/** @param {readonly number[]} samples */
export function median(samples) {
  return percentile(samples, 50);
}

/** @param {readonly number[]} samples @param {number} percent */
export function percentile(samples, percent) {
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
