import type { Instant } from '../../clock.ts'

/** Short length of time: `12s`, `4m30s`, `3h5m`, `2d4h`; two units at most, smaller ones cut off, never negative. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ]
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('')
}

/** How old; empty when the time is not known. */
export function age(timestamp: string | undefined, now: Instant): string {
  const at = instant(timestamp)
  return at === undefined ? '' : span(now - at)
}

/** Time of day with its zone; the date too when it is another day. */
export function at(when: Instant, now: Instant): string {
  const iso = new Date(when).toISOString()
  const today = new Date(now).toISOString().slice(0, 10) === iso.slice(0, 10)
  return `${today ? '' : `${iso.slice(0, 10)} `}${iso.slice(11, 19)} UTC`
}

/** Milliseconds since the epoch, or undefined when it says no time. */
export function instant(timestamp: string | undefined): Instant | undefined {
  const when = timestamp === undefined ? Number.NaN : Date.parse(timestamp)
  return Number.isNaN(when) ? undefined : when
}
