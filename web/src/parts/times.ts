export type Zone = 'local' | 'utc'

const units = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

/** A length of time in its two largest units: `45 s`, `12 min`, `1 h 5 min`, `3 d 4 h`. From ten minutes on seconds are left out. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const index = units.findIndex(([size]) => whole >= size)
  const first = units[index]
  if (!first) return '0 s'
  const [size, name] = first
  const head = `${Math.floor(whole / size)} ${name}`
  const second = units[index + 1]
  if (!second || (name === 'min' && whole >= 600)) return head
  const rest = Math.floor((whole % size) / second[0])
  return rest === 0 ? head : `${head} ${rest} ${second[1]}`
}

/** How far an instant is from now, in its largest unit: `12 s ago`, `in 4 min`; within a second `now`. */
export function relativeText(at: number, now: number): string {
  const seconds = Math.round((now - at) / 1000)
  const size = Math.abs(seconds)
  const unit = units.find(([length]) => size >= length)
  if (!unit) return 'now'
  const text = `${Math.floor(size / unit[0])} ${unit[1]}`
  return seconds > 0 ? `${text} ago` : `in ${text}`
}

/** An instant to the second with its zone by name: `2026-03-14 11:18:00 +01:00 Europe/Paris`, `2026-03-14 10:18:00 UTC`. */
export function absoluteText(at: number, zone: Zone, place = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  if (!Number.isFinite(at)) return ''
  const name = zone === 'utc' ? 'UTC' : place
  const parts = Object.fromEntries(
    formatOf(name)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const offset = name === 'UTC' ? '' : ` ${parts.timeZoneName?.replace('GMT', '') || '+00:00'}`
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}${offset} ${name}`
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** They are slow to make. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'longOffset' } as const
  const made = new Intl.DateTimeFormat('en-GB', { timeZone, ...date, ...time })
  formats.set(timeZone, made)
  return made
}
