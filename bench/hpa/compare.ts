import type { Behaviour } from '../../sandbox/src/controllers/hpaLimits.ts'
import { ceiling, course, type Loads, type Stretch } from './course.ts'
import type { MetricKind } from './metric.ts'

/** Of small ones a single pod is many per cent: they are told in pods. */
const small = [2, 3, 5, 7, 10]
const large = [20, 30, 50, 70, 100]
export const allSizes = Array.from({ length: 99 }, (_, index) => index + 2)
export const baseShares = [0, 0.1, 0.3, 0.5, 0.8]
export const loads: readonly Loads[] = ['constant', 'rising', 'falling']

export interface Gap {
  /** The most pods, of sizes up to 10. */
  pods: number
  /** The most per cent, of sizes from 20 to 100. */
  percent: number
}

export interface Found {
  metric: string
  baseShare: number
  load: Loads
  run: string
  /** Replicas beyond those of the same course without a run, over all looks; and short of them. */
  more: Gap
  less: Gap
  /** Grew until it met the ceiling that this bench sets. */
  endless: boolean
}

export interface Setting {
  metric: MetricKind
  baseShare: number
  load: Loads
  run: { name: string; stretches: readonly Stretch[] }
  behaviour?: Behaviour
}

/** Each size with a run and without, look by look. */
export function compare(setting: Setting): Found {
  const { metric, baseShare, load, run } = setting
  const few = small.map((replicas) => gapOf(setting, replicas))
  const many = large.map((replicas) => gapOf(setting, replicas))
  const most = (side: 'more' | 'less'): Gap => ({
    pods: Math.max(...few.map((gap) => gap[side].pods)),
    percent: Math.max(...many.map((gap) => gap[side].percent)),
  })
  const endless = [...few, ...many].some((gap) => gap.endless)
  return { metric: metric.name, baseShare, load, run: run.name, more: most('more'), less: most('less'), endless }
}

/** Of one size: the farthest that it is from where it would be at that instant. */
export function gapOf({ metric, baseShare, load, run, behaviour }: Setting, replicas: number): { more: Gap; less: Gap; endless: boolean } {
  const question = { metric, baseShare, replicas, load, ...(behaviour ? { behaviour } : {}) }
  const released = course({ ...question, run: run.stretches })
  const usual = course({ ...question, run: run.stretches.map(({ minutes }) => ({ minutes, weight: 0 })) })
  const gap = { more: { pods: 0, percent: 0 }, less: { pods: 0, percent: 0 } }
  for (const [look, now] of released.entries()) {
    const without = usual[look] ?? now
    const side = now > without ? gap.more : gap.less
    side.pods = Math.max(side.pods, Math.abs(now - without))
    side.percent = Math.max(side.percent, (100 * Math.abs(now - without)) / without)
  }
  return { ...gap, endless: Math.max(...released) >= replicas * ceiling }
}
