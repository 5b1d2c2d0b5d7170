import { gunzipSync, gzipSync } from 'node:zlib'
import type { HistogramSample, Interval, JudgeName, JudgeRecord, Measurement, Verdict } from '@serin/analysis'
import type { Instant } from '../clock.ts'
import { merged } from './merge.ts'
import type { Part } from './parts.ts'

/** Everything that an analysis judged: the tables of all its parts, with the plans as they were used. Enough to judge again, bit for bit. */
export interface RunRecord {
  readonly version: 1
  /** Begin of the first interval, milliseconds since the epoch. Interval n of a part ends n steps later. */
  readonly start: Instant
  readonly parts: readonly PartRecord[]
}

export type PartRecord = Part & { readonly intervals: readonly Interval[] }

/** What a record may weigh in a status, in characters; a whole object may not exceed 1.5 MB. */
export const heaviest = 700_000

/** As text for a status. */
export function packed(record: RunRecord): string {
  // A function that looks at every number would take most of the time; in intervals only the edge of a histogram can be infinite.
  const parts = record.parts.map((part) => ({ ...finite({ ...part, intervals: [] }), intervals: part.intervals.map(writable) }))
  return gzipSync(JSON.stringify({ ...record, parts }), { level: 4 }).toString('base64')
}

function finite(part: PartRecord): object {
  return JSON.parse(JSON.stringify(part, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? '+Inf' : value))) as object
}

function writable(interval: Interval): object {
  const metrics = Object.entries(interval.metrics)
  if (!metrics.some(([, { form }]) => form === 'histogram')) return interval
  return { ...interval, metrics: Object.fromEntries(metrics.map(([name, measured]) => [name, withoutInfinity(measured)])) }
}

function withoutInfinity(measured: Measurement): object {
  if (measured.form !== 'histogram') return measured
  const { canary, baseline } = measured
  return { ...measured, ...(canary ? { canary: edged(canary) } : {}), ...(baseline ? { baseline: edged(baseline) } : {}) }
}

function edged(sample: HistogramSample): object {
  const last = sample.buckets.at(-1)
  return last?.[0] === Number.POSITIVE_INFINITY ? { ...sample, buckets: [...sample.buckets.slice(0, -1), ['+Inf', last[1]]] } : sample
}

/** The record again; undefined for a text that is none. */
export function unpacked(text: string): RunRecord | undefined {
  try {
    const json = gunzipSync(Buffer.from(text, 'base64'), { maxOutputLength: 256 * 1024 * 1024 }).toString('utf8')
    const record = JSON.parse(json, (_, value: unknown) => (value === '+Inf' ? Number.POSITIVE_INFINITY : value)) as RunRecord
    return record.version === 1 && Array.isArray(record.parts) ? record : undefined
  } catch {
    return undefined
  }
}

/** With neighbouring intervals merged in pairs, where there are more than a few: about half as heavy. The judge then sees it so, too. */
export function coarser(record: RunRecord): RunRecord {
  return {
    ...record,
    parts: record.parts.map((part) => (part.intervals.length > 8 ? { ...part, intervals: merged(part.intervals) } : part)),
  }
}

/** A part as `serin judge --replay` reads it. */
export function judgeRecord({ judge, plan, intervals }: PartRecord, verdict?: Verdict): JudgeRecord {
  return { version: 1, judge: judge satisfies JudgeName, plan, intervals, verdict }
}
