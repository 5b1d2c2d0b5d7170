import { CalibrationError, calibrate, type MetricPlan, type PodRow, placebos, type Samples } from '@serin/analysis'
import type { ArmSpec } from '../api/analysisRun.ts'
import { type CollectedForm, collectedMetrics, type Metric } from '../api/metric.ts'
import type { Instant } from '../clock.ts'
import type { Sources } from '../metrics/sources.ts'
import type { CollectRequest } from './collected.ts'
import { fetchRoles, sourceOf } from './fetch.ts'
import type { Grid } from './increase.ts'
import { checkedRatio } from './measure.ts'
import { problemOf, Remarks } from './problems.ts'
import { samplesOf } from './samples.ts'
import { unitsOf } from './units.ts'

export interface LearnRequest extends Pick<CollectRequest, 'namespace' | 'metrics' | 'args' | 'step'> {
  /** The stable version. */
  readonly arm: ArmSpec
  /** The end of the window: before the run, and at least every source's lag in the past. */
  readonly until: Instant
  /** How far back, milliseconds. */
  readonly history: number
}

export interface Learned {
  /** By metric; only what there was enough to learn from. */
  readonly history: Readonly<Record<string, NonNullable<MetricPlan['history']>>>
  readonly sentences: readonly string[]
  /** Some source was busy or did not answer: asked again it may know more. */
  readonly busy: boolean
}

/** Intervals of the run's own length, so that what is learned of their counts fits the run; of a longer window only the latest are taken. */
const mostIntervals = 480
const draws = 6
const without = 'how much numbers vary is learned during the run, which takes longer'

/**
 * How much like pods of the stable version differ, from its last hours: some of its pods, as many as the canary will have, are compared with the
 * rest. Of a metric that cannot be asked, or has too few pods or intervals, nothing is learned, and its sentence says so; the judge then is more
 * careful. Never throws for what sources or queries do. The same seed and answers give the same.
 */
export async function learn(request: LearnRequest, canaryPods: number, sources: Sources, seed: number): Promise<Learned> {
  const intervals = Math.min(mostIntervals, Math.floor(request.history / request.step))
  if (intervals <= 0) return { history: {}, sentences: [], busy: false }
  const grid = { from: request.until - intervals * request.step, step: request.step, intervals }
  const learned = await Promise.all(
    collectedMetrics(request.metrics).map(async ({ metric, form }) => {
      const { name } = metric
      const found = await rowsOf(metric, form, grid, request, sources)
      // Worked out as answers come in, so that other work has its turn in between.
      return {
        name,
        ...(Array.isArray(found)
          ? learnOne(name, form, found, canaryPods, seed)
          : { sentence: `${name}: ${found.because}; ${without}.`, busy: found.busy }),
      }
    }),
  )
  return {
    history: Object.fromEntries(learned.flatMap(({ name, history }) => (history ? [[name, history]] : []))),
    sentences: [...new Set(learned.map(({ sentence }) => sentence))],
    busy: learned.some(({ busy }) => busy === true),
  }
}

interface LearnedOne {
  readonly history?: NonNullable<MetricPlan['history']> | undefined
  readonly sentence: string
  readonly busy?: boolean
}

function learnOne(name: string, form: CollectedForm, rows: readonly PodRow[], canaryPods: number, seed: number): LearnedOne {
  try {
    const { metrics, sentences } = calibrate(placebos(rows, canaryPods, draws, seed), [{ name, form }])
    return { history: metrics[0]?.history, sentence: sentences.join(' ') }
  } catch (error) {
    if (!(error instanceof CalibrationError)) throw error
    return { sentence: `${error.message}; ${without}.` }
  }
}

/** What each pod showed in every interval, or why that is not known. */
async function rowsOf(
  metric: Metric,
  form: CollectedForm,
  grid: Grid,
  { namespace, arm, args, step }: LearnRequest,
  sources: Sources,
): Promise<PodRow[] | { because: string; busy: boolean }> {
  const unknown = (because: string, busy = false) => ({ because, busy })
  try {
    const source = await sourceOf(metric, namespace, sources)
    const roles = await fetchRoles(metric, form, source, { namespace, arms: { baseline: arm }, ...(args ? { args } : {}), step }, grid)
    const units = unitsOf(roles)
    if (units.length === 0) return unknown(`${source.name} has no series of the stable version`)
    if (units.some(({ pod }) => pod === undefined))
      return unknown(`its series do not name the pods of the stable version by the label ${source.podLabel}`)
    return podRows(metric.name, form, samplesOf(form, units, { grid, counters: source.counters, remarks: new Remarks() }), grid)
  } catch (error) {
    const { because, kind } = problemOf(error, metric.name)
    return unknown(`no history, because ${because}`, kind === 'SourceDown')
  }
}

function podRows(metric: string, form: CollectedForm, units: ReturnType<typeof samplesOf>, { intervals }: Grid): PodRow[] {
  const remarks = new Remarks()
  const byPod = [...units].flatMap(([{ pod }, samples]) => (pod === undefined ? [] : [[pod, samples] as const]))
  const rows: PodRow[] = []
  for (let interval = 0; interval < intervals; interval++) {
    const pods = byPod.flatMap(([pod, samples]): [string, Samples[CollectedForm]][] => {
      const sample = samples[interval]
      const sound = sample && 'total' in sample ? checkedRatio(sample, remarks, 'the pod') : sample
      return sound ? [[pod, sound]] : []
    })
    // The form and its samples belong together, which the compiler cannot see of a union.
    if (pods.length > 0) rows.push({ interval, metric, form, pods: Object.fromEntries(pods) } as PodRow)
  }
  return rows
}
