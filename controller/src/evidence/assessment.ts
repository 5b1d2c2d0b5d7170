import type { MetricVerdict, Verdict } from '@serin/analysis'
import type { AnalysisRunSpec, MetricStatus } from '../api/analysisRun.ts'
import { milliseconds } from '../api/fields.ts'
import type { Metric } from '../api/metric.ts'
import type { Part } from './parts.ts'

export type Word = NonNullable<MetricStatus['verdict']>

/** What all parts of an analysis say together. */
export interface Assessment {
  readonly verdict: Word
  readonly because: string
  /** The metric that failed. */
  readonly by?: string
  readonly calm: boolean
  readonly ramp?: readonly { weight: number; passed: boolean }[]
  readonly metrics: readonly MetricStatus[]
}

export interface PartVerdict {
  readonly part: Part
  readonly verdict: Verdict
}

/** What of the spec the one word depends on, besides the parts. */
export type Terms = Pick<AnalysisRunSpec, 'bake' | 'deadline'> & {
  readonly ignoreMissing?: boolean | undefined
  readonly metrics: readonly Pick<Metric, 'name' | 'gate'>[]
}

/**
 * One word over all parts: any that fails fails it; then any that is inconclusive; it passes when all pass. What is tried out says nothing.
 * `elapsed`: milliseconds since the first interval began.
 */
export function assess(spec: Terms, parts: readonly PartVerdict[], elapsed: number): Assessment {
  const deciding = parts.filter(({ part }) => !part.dryRun)
  const words = deciding.map((one) => ({ ...one, ...wordOf(spec, one, elapsed) }))
  const first = (word: Word) => words.find((one) => one.word === word)
  const cause = first('Fail') ?? first('Inconclusive') ?? first('Running') ?? words[0]
  const ramp = deciding.find(({ verdict }) => verdict.ramp)?.verdict.ramp
  const word: Word = cause?.word ?? 'Pass'
  return {
    verdict: word,
    because: word === 'Pass' && words.length > 1 ? 'Every metric has passed.' : (cause?.because ?? 'Nothing here decides.'),
    ...(word === 'Fail' && cause
      ? { by: cause.verdict.by?.metric ?? cause.verdict.metrics.find(({ verdict }) => verdict === 'fail')?.name ?? '' }
      : {}),
    calm: deciding.every(({ verdict }) => verdict.calm),
    ...(ramp ? { ramp: ramp.map(({ weight, passed }) => ({ weight, passed })) } : {}),
    metrics: parts.flatMap(({ part, verdict }) => verdict.metrics.map((metric) => metricStatus(metric, part, spec.metrics))),
  }
}

function wordOf(spec: Terms, { part, verdict }: PartVerdict, elapsed: number): { word: Word; because: string } {
  const late = elapsed >= milliseconds(spec.deadline)
  const { because } = verdict
  switch (part.judge) {
    case 'sequential':
      return { word: words[verdict.verdict], because }
    case 'kayenta': {
      if (part.plan.after !== undefined) return { word: words[verdict.verdict], because }
      if (elapsed < milliseconds(spec.bake)) return { word: 'Running', because: `Kayenta's rules are asked after ${spec.bake}. ${because}` }
      const open = verdict.verdict === 'inconclusive' && !late
      return { word: open ? 'Running' : words[verdict.verdict], because }
    }
    case 'threshold': {
      if (verdict.verdict === 'fail') return { word: 'Fail', because: said(part) ?? because }
      // What has no number now is not known, whatever it was: only what is to be ignored may be.
      const known = verdict.metrics.filter(({ canary }) => canary?.mean !== undefined || !spec.ignoreMissing)
      const undecided = known.find((metric) => metric.verdict === 'inconclusive')
      if (undecided) return { word: 'Inconclusive', because: undecided.because }
      const open = known.filter((metric) => metric.verdict !== 'pass' && holds(part, spec.metrics, metric))
      if (open.length === 0) {
        const endless = part.plan.metrics.some(({ count }) => count === undefined)
        if (endless && elapsed < milliseconds(spec.bake)) return { word: 'Running', because: `${because} Watched for ${spec.bake}.`.trim() }
        return { word: 'Pass', because: said(part) ?? because }
      }
      const waiting = open[0]?.because || `${open[0]?.name}: not measured yet.`
      return late
        ? { word: 'Inconclusive', because: `Undecided at the deadline of ${spec.deadline}. ${waiting}` }
        : { word: 'Running', because: waiting }
    }
  }
}

/** Whether a condition still holds the release up: one with a count until it has that many, one that is only watched as long as it has no number. */
function holds(part: Part & { judge: 'threshold' }, metrics: Terms['metrics'], { name, canary }: MetricVerdict): boolean {
  const counted = part.plan.metrics.find((one) => one.name === name)?.count !== undefined
  return (counted || canary?.mean === undefined) && (metrics.find((one) => one.name === name)?.gate ?? true)
}

/** What a Job or a webhook answered, in its own words. */
function said({ said: words, plan }: Part & { judge: 'threshold' }): string | undefined {
  return words === undefined ? undefined : `${plan.metrics[0]?.name}: ${words}.`
}

const words: Record<Verdict['verdict'], Word> = { continue: 'Running', pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive' }

function metricStatus(metric: MetricVerdict, part: Part, metrics: Terms['metrics']): MetricStatus {
  const { name, verdict, because, ratio, evidence, needed, form } = metric
  const gate = metrics.find((one) => one.name === name)?.gate ?? true
  const number = <K extends string>(key: K, value: number | null | undefined): { [P in K]?: number } =>
    (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: number }
  return {
    name,
    verdict: words[verdict],
    because,
    ...(part.dryRun ? { dryRun: true } : { gate }),
    ...(ratio ? { ratio: { ...number('estimate', ratio.estimate), ...number('low', ratio.low), ...number('high', ratio.high) } } : {}),
    ...(form === 'threshold'
      ? {}
      : {
          evidence: {
            ...number('harm', evidence.harm.has),
            harmNeeds: evidence.harm.needs,
            ...number('pass', evidence.pass.has),
            passNeeds: evidence.pass.needs,
          },
        }),
    ...(needed ? { needed: { intervals: needed.intervals, ...number('requests', needed.requests) } } : {}),
  }
}
