import { isDeepStrictEqual } from 'node:util'
import { printRecord, type Verdict } from '@serin/analysis'
import type { AnalysisRunSpec, AnalysisRunStatus } from '../../api/analysisRun.ts'
import { type Assessment, assess, type PartVerdict, type Terms } from '../../evidence/assessment.ts'
import { type Bench, benchOf, elapsedOf } from '../../evidence/bench.ts'
import { judgeRecord, type RunRecord } from '../../evidence/record.ts'
import { explainedUpTo } from '../../evidence/status.ts'

/** A record judged again: what each part says, and what they say together. */
export interface Judged {
  readonly parts: readonly PartVerdict[]
  readonly together: Assessment
}

/** Has the judges look at a record again. Throws what judges throw of a plan or table that they cannot use. */
export function judgedAgain(record: RunRecord, terms: Terms): Judged {
  const bench = benchOf(record)
  const parts = bench.record.parts.map((part, at) => ({ part, verdict: verdictOf(bench, at) }))
  return { parts, together: assess(terms, parts, elapsedOf(bench)) }
}

/** As the controller shows it: with limits as long as there are not too many intervals. */
function verdictOf({ record, sittings }: Bench, at: number): Verdict {
  const part = record.parts[at]
  const sitting = sittings[at]
  if (!part || !sitting) throw new Error(`a record without part ${at}`)
  return sitting.explained(part.intervals.length <= explainedUpTo ? part.intervals : [])
}

const words = { continue: 'Running', pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive' } as const

/**
 * The record as text. Where one part says by itself what the whole analysis says, it is a record of that judge, as `serin judge --save` writes
 * one; else all parts, with what their common word depends on.
 */
export function recordText(record: RunRecord, spec: AnalysisRunSpec, { parts, together }: Judged): string {
  const [only, another] = parts
  const [part] = record.parts
  if (only && part && another === undefined && !part.dryRun && words[only.verdict.verdict] === together.verdict)
    return printRecord(judgeRecord(part, only.verdict))
  const texts = record.parts.map((one, at) => {
    const { key, dryRun, step, once } = one
    const head = JSON.stringify({ key, dryRun, step, once })
    return `${head.slice(0, -1)},${printRecord(judgeRecord(one, parts[at]?.verdict)).trimEnd().slice(1)}`
  })
  const { verdict, because, by } = together
  const lines = [
    `"version":1,"start":${record.start}`,
    `"terms":${JSON.stringify(termsOf(spec))}`,
    `"verdict":${JSON.stringify({ verdict, because, ...(by === undefined ? {} : { by }) })}`,
    `"parts":[\n${texts.join(',\n')}\n]`,
  ]
  return `{${lines.join(',\n')}}\n`
}

function termsOf({ bake, deadline, ignoreMissing, metrics }: AnalysisRunSpec): Terms {
  return { bake, deadline, ...(ignoreMissing ? { ignoreMissing } : {}), metrics: metrics.map(({ name, gate }) => ({ name, gate })) }
}

/** Where a record judged again says something else than the status that it came from; undefined when nowhere. */
export function departure({ together }: Judged, status: AnalysisRunStatus): string | undefined {
  if (status.verdict !== undefined && status.verdict !== together.verdict)
    return `the status says ${status.verdict}, judged again it is ${together.verdict}`
  const plain = status.metrics.map(({ dataAt: _, ...metric }) => metric)
  const at = together.metrics.findIndex((metric, index) => !isDeepStrictEqual(metric, plain[index]))
  if (at < 0 && plain.length === together.metrics.length) return undefined
  const [was, is] = [plain[at], together.metrics[at]]
  if (!was || !is || was.name !== is.name) return 'the status shows other metrics than the record has'
  return `of ${is.name} the status says "${was.because}" and judged again it is "${is.because}"`
}
