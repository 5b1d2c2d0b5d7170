const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }

/** Seconds of a duration as Go writes it, like 1m30s, 1.5h or 500ms; undefined: it is none, or none that Serin can hold. */
export function secondsOf(text: string): number | undefined {
  if (!/^(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)]
  const seconds = parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? Number.NaN), 0)
  return seconds < 1e8 ? seconds : undefined
}

/** As Serin writes it: 90 is 1m30s. Serin has whole seconds, so parts of one are rounded up. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(Math.max(0, seconds) - 1e-9)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const parts = [hours > 0 ? `${hours}h` : '', minutes > 0 ? `${minutes}m` : '', rest > 0 ? `${rest}s` : '']
  return parts.join('') || '0s'
}
