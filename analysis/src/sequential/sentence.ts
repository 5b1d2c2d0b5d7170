import type { MetricVerdict } from '../verdict.ts'
import { duration } from '../words.ts'

// The sentences of the verdicts: for people who were woken up by them.

type Facts = Omit<MetricVerdict, 'because'>

/** What the sentence needs to know of the run: length of an interval in seconds, and how many may still come. */
export interface Time {
  readonly interval: number
  readonly left: number
}

export function metricSentence(facts: Facts, time: Time): string {
  const { name, verdict, p } = facts
  switch (verdict) {
    case 'fail':
      return `${name}: ${seen(facts)}. ${chance(p)}`
    case 'pass':
      return `${name}: surely within the margin; ${seen(facts)}.`
    case 'continue':
    case 'inconclusive':
      return `${name}: ${seen(facts)}. ${missing(facts, time)}`.trim()
  }
}

/** What was seen of a metric, without judging it: `2.3 times the baseline's (1.8 to 3.1): 41 of 12,000 requests on the canary against 160 of 108,000 ...`. */
function seen(facts: Facts): string {
  const parts = [compared(facts), tail(facts), sums(facts)].filter((part) => part !== undefined)
  return parts.join(': ')
}

function compared({ ratio, form }: Facts): string | undefined {
  if (!ratio || ratio.estimate === null || ratio.estimate < 0.005) return undefined
  const what = form === 'histogram' || form === 'raw' ? 'median ' : ''
  const alike = Math.abs(ratio.estimate - 1) < 0.05
  return `${what}${alike ? 'about the same as' : `${times(ratio.estimate)} times`} the baseline's${band(ratio)}`
}

function tail({ above }: Facts): string | undefined {
  return (
    above &&
    `above ${amount(above.edge)}: ${percent(above.canary)} of the canary's observations, ${percent(above.baseline)} of the baseline's`
  )
}

function sums({ canary, baseline, form }: Facts): string {
  const [ours, theirs] = [canary && canary.total !== 0, baseline && baseline.total !== 0]
  if (!canary || !baseline || !(ours || theirs)) return 'no data of both arms yet'
  if (!ours) return 'no data of the canary yet'
  if (!theirs) return 'no data of the baseline yet'
  if (canary.bad !== undefined && baseline.bad !== undefined) {
    const [of, unit] = form === 'count' ? ['in', ''] : ['of', ' requests']
    const arm = ({ bad = 0, total = 0 }: typeof canary) => `${amount(bad)} ${of} ${amount(total)}`
    return `${arm(canary)}${unit} on the canary against ${arm(baseline)} on the baseline`
  }
  if (canary.mean !== undefined && baseline.mean !== undefined)
    return `${amount(canary.mean)} on the canary against ${amount(baseline.mean)} on the baseline`
  return `${amount(canary.total ?? 0)} observations on the canary, ${amount(baseline.total ?? 0)} on the baseline`
}

/** Limits of the ratio; nothing where they say nothing. */
function band({ low, high }: { low: number | null; high: number | null }): string {
  const from = low === null || low < 0.01 ? undefined : times(low)
  if (high === null) return from === undefined ? '' : ` (${from} or more)`
  return from === undefined ? ` (up to ${times(high)})` : ` (${from} to ${times(high)})`
}

/** `Such a difference by chance: less than 1 in 900.` */
function chance(p: number): string {
  if (!(p < 0.5)) return 'Such a difference is easily chance.'
  const odds = 1 / p
  return `Such a difference by chance: less than 1 in ${odds > 1e9 ? '1,000,000,000' : amount(Math.floor(Number(odds.toPrecision(2))))}.`
}

/** Looks more like harm than like a pass: then a forecast of the pass would be bad advice. */
function worrying({ evidence: { harm } }: Facts): boolean {
  return (harm.has ?? 0) > 0.5
}

function missing(facts: Facts, { interval, left }: Time): string {
  const { needed, canary, baseline, form } = facts
  if (worrying(facts)) return 'It looks like harm, but it may still be chance.'
  if (!needed) {
    const silent = canary?.bad === 0 && baseline?.bad === 0
    if (silent && form === 'count') return 'Without any event nothing can be compared: allow some with atLeast, or let it not gate.'
    if ((form === 'histogram' || form === 'raw') && !facts.above && canary?.total && baseline?.total)
      return 'The arms have no bucket edge in common at which they could be compared.'
    return 'How long a pass will take cannot be told yet.'
  }
  const wait = duration(needed.intervals * interval)
  const when =
    needed.intervals > left && left > 0
      ? `${wait} more at the present rate, which is after the deadline`
      : `at the present rate ${wait} more`
  if (needed.requests === undefined || canary?.total === undefined) return `For a pass ${when}.`
  return `${amount(canary.total)} of about ${amount(Number(needed.requests.toPrecision(2)))} canary requests needed for a pass; ${when}.`
}

function times(value: number): string {
  return value >= 1e6 ? 'over a million' : amount(Number(value.toPrecision(2)))
}

function percent(share: number): string {
  return `${amount(100 * share)} %`
}

/** `12,000`; 0.0123 becomes `0.012`, 3e15 `3.0e+15`. */
function amount(value: number): string {
  if (value >= 1e12) return value.toExponential(1)
  const rounded = value >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(2))
  return String(rounded).replace(/^\d{4,}$/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','))
}
