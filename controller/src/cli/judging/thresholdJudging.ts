import { type Interval, ReadError, readThresholdPlan, TableError, thresholdJudge } from '@serin/analysis'
import { CliError } from '../exit.ts'
import { type Call, text } from '../verb.ts'
import { benchOf } from './bench.ts'
import { wholeNumber } from './judgeFlags.ts'
import type { Judging } from './judging.ts'
import { readObject } from './planFile.ts'

/** Conditions with limits: of a plan file, or of --pass and --fail for the one metric of the table or that of --metric. */
export async function thresholdJudging(call: Call): Promise<Judging> {
  const path = text(call, 'plan')
  const written = path === undefined ? undefined : await readObject('--plan', path)
  const name = text(call, 'metric')
  const words = Object.fromEntries(
    Object.entries({
      pass: text(call, 'pass'),
      fail: text(call, 'fail'),
      count: wholeNumber(call, 'count'),
      failureLimit: wholeNumber(call, 'failure-limit'),
      inconclusiveLimit: wholeNumber(call, 'inconclusive-limit'),
      errorLimit: wholeNumber(call, 'error-limit'),
    }).filter(([, value]) => value !== undefined),
  )
  if (written && (name !== undefined || Object.keys(words).length > 0))
    throw new CliError('--plan already says the conditions', ['Write either --plan, or --pass, --fail and their limits.'])
  const early = written && said(`--plan ${path}`, () => readThresholdPlan(written))
  return {
    name: 'threshold',
    table: early ? { declared: early.metrics, others: 'ignore' } : {},
    begin(first, record) {
      const plan = said(path === undefined ? undefined : `--plan ${path}`, () => {
        const stored = record?.judge === 'threshold' && Object.keys(words).length === 0 ? record.plan : undefined
        const { metrics } = early ?? readThresholdPlan(stored ?? { metrics: [{ name: chosen(first, name), ...words }] })
        return { metrics: metrics.map((metric) => ({ ...metric, form: metric.form ?? formOf(first, metric.name) })) }
      })
      return said(undefined, () => benchOf(thresholdJudge, plan))
    },
  }
}

function formOf({ metrics }: Interval, name: string) {
  return Object.hasOwn(metrics, name) ? metrics[name]?.form : undefined
}

function chosen({ metrics }: Interval, name: string | undefined): string {
  const names = Object.keys(metrics)
  const [only, ...others] = names
  if (name !== undefined) {
    if (names.includes(name)) return name
    throw new CliError(`--metric ${name}: the table has no such metric`, [`It has ${names.join(', ')}.`])
  }
  if (only !== undefined && others.length === 0) return only
  throw new CliError(`the table has ${names.length} metrics: which one do the conditions judge?`, [
    `Write --metric with one of ${names.join(', ')}.`,
  ])
}

function said<T>(source: string | undefined, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof ReadError || error instanceof TableError)
      throw new CliError(source === undefined ? error.message : `${source}: ${error.message}`)
    throw error
  }
}
