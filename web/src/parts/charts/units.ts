/** How numbers are written, by unit. A value that is not there is never a zero: it is `noData`. */

export const noData = 'no data'

type Value = number | null | undefined

/** A value in its unit: a share in percent, seconds in what reads best, bytes in powers of 1024. Unknown units stand behind the number. */
export function valueText(value: Value, unit?: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noData
  switch (unit) {
    case 'share':
    case 'percent':
      return `${digits(unit === 'share' ? value * 100 : value)} %`
    case 'seconds':
    case 's':
      return secondsText(value)
    case 'milliseconds':
    case 'ms':
      return secondsText(value / 1000)
    case 'microseconds':
    case 'us':
    case 'µs':
      return secondsText(value / 1e6)
    case 'bytes':
    case 'B':
      return bytesText(value)
    case 'ratio':
      return ratioText(value)
    default:
      return unit ? `${digits(value)} ${unit}` : digits(value)
  }
}

/** `×1.02`: how many times the baseline. */
export function ratioText(value: Value): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noData
  return `×${value >= 100 ? digits(value) : value < 0.1 && value > 0 ? String(Number(value.toPrecision(1))) : value.toFixed(value >= 10 ? 1 : 2)}`
}

/** `[×0.94, ×1.12]`. A side without a limit is said as `no limit`, as it is before there is enough data. */
export function bandText(low: Value, high: Value): string {
  if (isNone(low) && isNone(high)) return ''
  return `[${isNone(low) ? '×0' : ratioText(low)}, ${isNone(high) ? 'no limit yet' : ratioText(high)}]`
}

/** A ratio as a change: `+2.9 %`, `−40 %`; from threefold on as `×3.2`. */
export function changeText(ratio: Value): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return noData
  if (ratio >= 3) return ratioText(ratio)
  const percent = (ratio - 1) * 100
  const size = Math.abs(percent)
  const rounded = size >= 10 ? size.toFixed(0) : size.toFixed(1)
  if (Number(rounded) === 0) return '±0 %'
  return `${percent < 0 ? '−' : '+'}${rounded} %`
}

/** Whole counts with thousands apart: `60,300`. */
export function countText(value: Value): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noData
  return value >= 100 || Number.isInteger(value) ? thousands(Math.round(value)) : digits(value)
}

function secondsText(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0 s'
  if (size < 0.001) return `${digits(value * 1e6)} µs`
  if (size < 1) return `${digits(value * 1e3)} ms`
  if (size < 120) return `${digits(value)} s`
  if (size < 7200) return `${digits(value / 60)} min`
  return `${digits(value / 3600)} h`
}

const powers = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

function bytesText(value: number): string {
  const power = value === 0 ? 0 : Math.min(powers.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value)) / 10)))
  return `${digits(value / 1024 ** power)} ${powers[power]}`
}

/** Three digits; whole ones with thousands apart from 1,000 on. */
function digits(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e12) return value.toExponential(1)
  if (size >= 1000) return thousands(Math.round(value))
  if (size >= 100) return String(Math.round(value))
  if (size !== 0 && size < 1e-4) return value.toExponential(1)
  return String(Number(value.toPrecision(3)))
}

const thousands = (whole: number): string => String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
const isNone = (value: Value): value is null | undefined => value === null || value === undefined || !Number.isFinite(value)
