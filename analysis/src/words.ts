/** A length of time as people say it, from seconds: `90 s`, `9 minutes`, `one hour`, `7 days`. */
export function duration(seconds: number): string {
  if (seconds < 120) return seconds === 60 ? 'one minute' : `${Math.round(seconds)} s`
  const [size, name] =
    seconds < 5400 ? (seconds === 3600 ? [3600, 'hour'] : [60, 'minute']) : seconds < 172_800 ? [3600, 'hour'] : [86_400, 'day']
  return amount(seconds / size, name)
}

function amount(value: number, name: string): string {
  const rounded = value < 10 && !nearWhole(value) ? Math.round(value * 10) / 10 : Math.round(value)
  return rounded === 1 ? `one ${name}` : `${rounded} ${name}s`
}

function nearWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) < 0.05
}

/** `0 false alarms`, `1 false alarm`. */
export function times(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** 12,300: with commas, no more digits than it needs. */
export function grouped(value: number): string {
  const rounded = value >= 1000 ? Math.round(Number(value.toPrecision(3))) : value >= 10 ? Math.round(value) : Number(value.toPrecision(2))
  return String(rounded).replace(/\B(?=(\d{3})+$)/g, ',')
}
