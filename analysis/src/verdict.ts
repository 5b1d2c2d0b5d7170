import type { Form } from './table.ts'

export type Decision = 'continue' | 'pass' | 'fail' | 'inconclusive'

/** What a judge says after an interval. Plain data: no NaN, no Infinity (null stands for "no evidence" and "no limit"). */
export interface Verdict {
  readonly verdict: Decision
  /** One sentence for a tired engineer: the reason, with its numbers. */
  readonly because: string
  /** Label of the last interval judged. */
  readonly interval: number
  /** Label of the interval at which `fail` or `pass` was reached. */
  readonly decidedAt?: number
  /** What tripped, when it failed. */
  readonly by?: Cause
  readonly metrics: readonly MetricVerdict[]
  /** The ramp's steps, by weight, and whether each may be left. */
  readonly ramp?: readonly { readonly weight: number; readonly passed: boolean }[]
  /** Whether nothing has looked like harm throughout the latter half: what `onInconclusive: promote` asks. */
  readonly calm: boolean
}

export interface Cause {
  readonly metric: string
  readonly engine: string
  /** Further metrics that look harmful too: a hint, at the level alpha of false discoveries. */
  readonly also: readonly string[]
}

export interface MetricVerdict {
  readonly name: string
  readonly form: Form | 'threshold'
  readonly verdict: Decision
  readonly because: string
  /** How far each test is, in nats (natural log of the e-value), with what it needs. A test is over when `has >= needs`. */
  readonly evidence: { readonly harm: Evidence; readonly pass: Evidence }
  /** Chance, at most, of so much evidence of harm if there were none, however often one looked: between 0 and 1. */
  readonly p: number
  /** How many times the baseline, with a confidence sequence: valid at every look. Left out where no ratio makes sense. */
  readonly ratio?: { readonly estimate: number | null; readonly low: number | null; readonly high: number | null }
  /** Histograms: where the arms differ most, and what share of each lies above it. */
  readonly above?: { readonly edge: number; readonly canary: number; readonly baseline: number }
  /** Sums so far, by arm: bad and total of counters, mean of gauges. */
  readonly canary?: ArmSummary
  readonly baseline?: ArmSummary
  /** What is still missing for a pass. */
  readonly needed?: Need
}

export interface Evidence {
  readonly has: number | null
  readonly needs: number
}

export interface ArmSummary {
  readonly bad?: number
  readonly total?: number
  readonly mean?: number
}

/** A forecast, as if the arms went on as they do and were alike. */
export interface Need {
  /** Further intervals. */
  readonly intervals: number
  /** The canary's requests in all by then. */
  readonly requests?: number
}
