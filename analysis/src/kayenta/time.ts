/** A moment: milliseconds since 1970, a Date, or ISO 8601, in UTC where it names no zone. */
export type Moment = string | number | Date

const ISO = /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(z|[+-]\d\d:?\d\d)?)?$/i
const LAST = 8.64e15

/** Milliseconds of a moment, whatever zone the machine is in; undefined for what is none. */
export function millisecondsOf(time: unknown): number | undefined {
  if (time instanceof Date) return millisecondsOf(time.getTime())
  if (typeof time === 'number') return Math.abs(time) <= LAST ? time : undefined
  const [, day, clock, zone = 'Z'] = (typeof time === 'string' && ISO.exec(time.trim())) || []
  if (day === undefined) return undefined
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
  const milliseconds = Date.parse(`${day}T${clock ?? '00:00'}${offset}`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

/** ISO 8601 in UTC, without milliseconds where they are zero; undefined beyond what a Date can say. */
export function isoOf(milliseconds: number): string | undefined {
  return Math.abs(milliseconds) <= LAST ? new Date(milliseconds).toISOString().replace('.000Z', 'Z') : undefined
}
