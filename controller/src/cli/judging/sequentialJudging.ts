import {
  explained,
  type Interval,
  type JudgePlan,
  type JudgeRecord,
  ReadError,
  readPlan,
  sequentialJudge,
  type TableOptions,
} from '@serin/analysis'
import { isObject } from '../../traffic/patch.ts'
import { CliError } from '../exit.ts'
import { type Call, text } from '../verb.ts'
import { benchOf } from './bench.ts'
import { planWords } from './judgeFlags.ts'
import type { Judging } from './judging.ts'
import { readObject } from './planFile.ts'

/** Where a sequential plan comes from: plan file, else the record's plan, else defaults for the metrics of the first interval; flags override. */
export interface PlanSource {
  readonly table: TableOptions
  planFor(first: Interval, record: JudgeRecord | undefined): JudgePlan
}

/** Faults of flags and file are said before any input is waited for. */
export async function planSource(call: Call): Promise<PlanSource> {
  const path = text(call, 'plan')
  const written = path === undefined ? undefined : await readObject('--plan', path)
  const source = path === undefined ? undefined : `--plan ${path}`
  const words = planWords(call)
  const early = planOf(written ?? {}, words, [{ name: 'any', form: 'ratio' }], source)
  return {
    table: written?.metrics === undefined ? {} : { declared: early.metrics },
    planFor(first, record) {
      const stored = record?.judge === 'sequential' ? record.plan : undefined
      const base = written ?? (isObject(stored) ? stored : {})
      return planOf(base, words, metricsOf(first), source ?? (stored === undefined ? undefined : "the record's plan"))
    },
  }
}

export async function sequentialJudging(call: Call): Promise<Judging> {
  const { table, planFor } = await planSource(call)
  return { name: 'sequential', table, begin: (first, record) => benchOf(sequentialJudge, planFor(first, record), explained) }
}

/** What a plan takes. */
const mostMetrics = 100

type Metrics = readonly { readonly name: string; readonly form: string }[]

function planOf(
  base: Record<string, unknown>,
  { whole, each, ramp }: ReturnType<typeof planWords>,
  seen: Metrics,
  source: string | undefined,
) {
  const metrics = base.metrics ?? seen
  // A plan that was written says so itself.
  if (base.metrics === undefined && seen.length > mostMetrics)
    throw new CliError(`the table has ${seen.length} metrics; at most ${mostMetrics} are judged`, [
      'Leave out those that say nothing of a release: each further one makes all others slower to judge.',
    ])
  const value = {
    ...base,
    ...whole,
    metrics: Array.isArray(metrics) ? metrics.map((metric: unknown) => (isObject(metric) ? { ...metric, ...each } : metric)) : metrics,
    ...(ramp ? { ramp: isObject(base.ramp) ? { ...base.ramp, ...ramp } : ramp } : {}),
  }
  try {
    return readPlan(value)
  } catch (error) {
    if (error instanceof ReadError) throw new CliError(source === undefined ? error.message : `${source}: ${error.message}`)
    throw error
  }
}

function metricsOf({ metrics }: Interval): Metrics {
  return Object.entries(metrics).map(([name, { form }]) => ({ name, form }))
}
