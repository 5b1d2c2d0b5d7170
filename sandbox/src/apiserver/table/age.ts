/** How long ago in kubectl's short form: two units while they matter, then one. */
export function age(fromMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - fromMs) / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (days < 8) return two(days, 'd', hours % 24, 'h')
  if (days < 730) return `${days}d`
  const years = Math.floor(days / 365)
  return days < 8 * 365 ? two(years, 'y', days % 365, 'd') : `${years}y`
}

function two(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${restUnit}`
}

/** The age of a timestamp, `<unknown>` without one. */
export function ageOf(time: unknown, nowMs: number): string {
  if (typeof time !== 'string') return '<unknown>'
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? '<unknown>' : age(ms, nowMs)
}
