import type { Interval, JudgePlan } from '@serin/analysis'
import type { AnalysisRunSpec } from '../api/analysisRun.ts'
import type { Instant } from '../clock.ts'
import { namesOf, type Part, partsOf, type Sitting, seated } from './parts.ts'
import { coarser, heaviest, type PartRecord, packed, type RunRecord } from './record.ts'

/** An analysis under way: its record, and the judges after it. Nothing in it is ever changed. The record alone makes it again. */
export interface Bench {
  readonly record: RunRecord
  /** In the order of the record's parts. */
  readonly sittings: readonly Sitting[]
}

/** How many intervals on end without data are too many: three, and half a minute at least. */
export function patienceOf({ step }: Pick<Part, 'step'>): number {
  return Math.max(3, Math.ceil(30_000 / step))
}

/** The bench before the first interval. Throws what `partsOf` throws. */
export function emptyBench(spec: AnalysisRunSpec, start: Instant): Bench {
  return benchOf({ version: 1, start, parts: partsOf(spec).map((part) => ({ ...part, intervals: [] })) })
}

/** The bench after a record. */
export function benchOf(record: RunRecord): Bench {
  return { record, sittings: record.parts.map((part) => seated(part, part.intervals)) }
}

/** What was learned of the time before the run goes into the plans, before the first interval. */
export function informed(bench: Bench, learned: Readonly<Record<string, JudgePlan['metrics'][number]['history'] | undefined>>): Bench {
  return benchOf({ ...bench.record, parts: bench.record.parts.map((part) => withHistory(part, learned)) })
}

function withHistory(part: PartRecord, learned: Parameters<typeof informed>[1]): PartRecord {
  if (part.judge !== 'sequential') return part
  const metrics = part.plan.metrics.map((metric) => ({ ...metric, history: learned[metric.name] ?? metric.history }))
  return { ...part, plan: { ...part.plan, metrics } }
}

/** The bench with further intervals of one part. */
export function heard(bench: Bench, key: string, intervals: readonly Interval[], said?: string): Bench {
  const at = bench.record.parts.findIndex((part) => part.key === key)
  const part = bench.record.parts[at]
  const sitting = bench.sittings[at]
  if (!part || !sitting) throw new Error(`an analysis has no part ${key}`)
  const parts = bench.record.parts.with(at, {
    ...part,
    intervals: [...part.intervals, ...intervals],
    ...(said === undefined ? {} : { said }),
  })
  const sittings = bench.sittings.with(
    at,
    intervals.reduce((one, interval) => one.observe(interval), sitting),
  )
  return { record: { ...bench.record, parts }, sittings }
}

/** Metrics that hold up no more, because they have no data and the analysis is to ignore that. */
export function ungated(bench: Bench, names: readonly string[]): Bench {
  const held = (part: PartRecord) => part.judge === 'sequential' && part.plan.metrics.some(({ name, gate }) => gate && names.includes(name))
  if (!bench.record.parts.some(held)) return bench
  const parts = bench.record.parts.map((part): PartRecord => {
    if (part.judge !== 'sequential') return part
    const metrics = part.plan.metrics.map((metric) => (names.includes(metric.name) ? { ...metric, gate: false } : metric))
    return { ...part, plan: { ...part.plan, metrics } }
  })
  return benchOf({ ...bench.record, parts })
}

/** Number of the last interval of a part; 0 before the first. */
export function last(part: PartRecord): number {
  return part.intervals.at(-1)?.interval ?? 0
}

/** Milliseconds since the begin of the first interval that are judged. */
export function elapsedOf({ record }: Bench): number {
  return Math.max(0, ...record.parts.filter(({ once }) => !once).map((part) => last(part) * part.step))
}

/** Number of the last interval in which each metric of a part had data: of both versions where two are compared. */
export function lastData(part: PartRecord): Map<string, number> {
  const found = new Map<string, number>()
  for (const name of namesOf(part)) found.set(name, part.intervals.findLast(({ metrics }) => hasData(part, metrics[name]))?.interval ?? 0)
  return found
}

function hasData(part: Part, measured: Interval['metrics'][string] | undefined): boolean {
  if (!measured) return false
  if (part.judge === 'threshold') return true
  if (!measured.canary || !measured.baseline) return false
  // Nobody asks anything of either version.
  return measured.form !== 'ratio' || measured.canary.total + measured.baseline.total > 0
}

export interface Stored {
  bench: Bench
  text: string
  times: number
}

const known = new WeakMap<Bench, Stored>()

/** The record as text that fits into a status; the bench is coarser where it must be, and `times` says how often that was done now. */
export function stored(bench: Bench): Stored {
  const before = known.get(bench)
  if (before) return before
  let times = 0
  let at = bench
  let text = packed(at.record)
  while (text.length > heaviest && times < 10) {
    times++
    at = benchOf(coarser(at.record))
    text = packed(at.record)
  }
  const done = { bench: at, text, times }
  known.set(at, times === 0 ? done : { bench: at, text, times: 0 })
  return done
}
