/** Of a standard normal distribution. */
const z99 = 2.3263478740408408

/** One answer time in ms, log-normal with that median and 99th percentile (3 times the median when left out). */
export function latency({ median, p99 = 3 * median }: { median: number; p99?: number }, random: () => number): number {
  if (median <= 0 || p99 <= median) return Math.max(0, median)
  const sigma = Math.log(p99 / median) / z99
  // Box-Muller; 1 - random() keeps the logarithm finite
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(sigma * normal)
}
