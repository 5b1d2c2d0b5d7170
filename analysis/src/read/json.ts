import { z } from 'zod'
import { type JudgeRecord, judgeNames } from '../record.ts'
import type { Interval, Measurement } from '../table.ts'
import type { Verdict } from '../verdict.ts'
import type { TableOptions } from './assembly.ts'
import { beginIntake, endIntake, takeRow } from './intake.ts'
import { readBy } from './plan.ts'
import { type Place, ReadError, refuse, shown } from './readError.ts'
import { formNamed, intervalOf, measurementOf, nameOf, readRow, weightOf } from './row.ts'
import { isFields, refuseMisspelt } from './sample.ts'

/** What one JSON document brings: a list of lines, or a record. */
export interface Document {
  readonly intervals: readonly Interval[]
  readonly notes: readonly string[]
  readonly record?: JudgeRecord | undefined
}

const Outside = z.strictObject({
  version: z.literal(1).default(1),
  judge: z.enum(judgeNames).default('sequential'),
  plan: z.unknown().optional(),
  intervals: z.array(z.unknown()),
  verdict: z.looseObject({ verdict: z.enum(['continue', 'pass', 'fail', 'inconclusive']) }).optional(),
})

/** Reads a whole JSON document. The plan of a record is not looked into: its judge knows how. Throws a ReadError. */
export function readDocument(text: string, options: TableOptions = {}): Document {
  const value = parsed(text)
  if (Array.isArray(value)) return readList(value, options)
  if (isFields(value) && Object.hasOwn(value, 'interval') && !Object.hasOwn(value, 'intervals')) return readList([value], options)
  const { intervals, verdict, ...rest } = readBy(Outside, value, 'the record')
  const read = readIntervals(intervals)
  return { intervals: read, notes: [], record: { ...rest, intervals: read, verdict: verdict as Verdict | undefined } }
}

function readList(entries: readonly unknown[], options: TableOptions): Document {
  let state = beginIntake({ ...options, order: 'any' })
  for (const [index, entry] of entries.entries()) {
    const place: Place = { noun: 'entry', number: index + 1, glue: '.' }
    state = takeRow(state, readRow(entry, place), place).state
  }
  const { closed, notes } = endIntake(state)
  return { intervals: closed, notes }
}

/** Intervals as a record holds them. */
function readIntervals(entries: readonly unknown[]): Interval[] {
  const found: Interval[] = []
  for (const [index, entry] of entries.entries()) {
    const outside: Place = { noun: 'entry', number: index + 1, glue: '.' }
    if (!isFields(entry)) return refuse(outside, '', `is ${shown(entry)}: write {"interval": 1, "metrics": {…}}`)
    refuseMisspelt(entry, ['interval', 'weight', 'baselineUnsteady', 'metrics'], '', outside)
    const interval = intervalOf(entry.interval, outside)
    const before = found.at(-1)?.interval
    if (before !== undefined && interval <= before)
      refuse(outside, 'interval', `is ${interval} after ${before}: intervals stand in ascending order`)
    const place: Place = { noun: 'interval', number: interval, glue: '.' }
    const weight = weightOf(entry.weight, place)
    if (!isFields(entry.metrics)) return refuse(place, 'metrics', `is ${shown(entry.metrics)}: write an object of metrics by name`)
    const metrics: Readonly<Record<string, Measurement>> = Object.fromEntries(
      Object.entries(entry.metrics).map(([name, measured]) => [nameOf(name, place), readMeasurement(measured, { ...place, metric: name })]),
    )
    const { baselineUnsteady } = entry
    if (baselineUnsteady !== undefined && typeof baselineUnsteady !== 'boolean')
      return refuse(place, 'baselineUnsteady', `is ${shown(baselineUnsteady)}: write true or false`)
    found.push({
      interval,
      ...(weight === undefined ? {} : { weight }),
      ...(baselineUnsteady === undefined ? {} : { baselineUnsteady }),
      metrics,
    })
  }
  return found
}

function readMeasurement(value: unknown, place: Place): Measurement {
  if (!isFields(value)) return refuse(place, '', `is ${shown(value)}: write {"form": "ratio", "canary": …, "baseline": …}`)
  refuseMisspelt(value, ['form', 'canary', 'baseline'], '', place)
  return measurementOf(formNamed(value, place), value, place)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(error instanceof Error ? error.message : '') ?? []
    const where = line === undefined ? 'it ends too early or has a slip' : `line ${line}, column ${column}`
    throw new ReadError(`this is not JSON: ${where}; write one JSON document, or one whole object a line`, {
      line: line === undefined ? undefined : Number(line),
    })
  }
}
