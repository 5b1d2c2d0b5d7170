import { type Behaviour, firstPast, type Limits, limited, scaled } from '../../sandbox/src/controllers/hpaLimits.ts'
import { type Crowd, type MetricKind, target } from './metric.ts'

const lookMs = 15_000
const looksOf = (minutes: number) => (minutes * 60_000) / lookMs

/** The canary's part in the traffic over so many minutes; `kept`: it is the Deployment's, and the old version stands beside it without traffic. */
export interface Stretch {
  minutes: number
  weight: number
  kept?: boolean
}

export type Loads = 'constant' | 'rising' | 'falling'

export interface Question {
  metric: MetricKind
  /** Part of the target that a pod uses without any load. */
  baseShare: number
  /** What the load needs at the start. */
  replicas: number
  load: Loads
  run: readonly Stretch[]
  behaviour?: Behaviour
}

/** Before the run begins the autoscaler has been content for longer than it remembers. */
const before = 6
const after = 12

/** A canary of that weight beside stable for long enough to come to rest, and back. */
export const held = (weight: number): Stretch[] => [{ minutes: 40, weight }]

/** A release: three weights, the hand-over, and the old version kept for its usual time (as near as looks come to it). */
export const release: readonly Stretch[] = [
  { minutes: 5, weight: 10 },
  { minutes: 5, weight: 50 },
  { minutes: 5, weight: 100 },
  { minutes: 0.5, weight: 100, kept: true },
]

/** `spec.replicas` at each look, from the beginning of the run to some minutes after its end. A pod counts from the look after its first. */
export function course({ metric, baseShare, replicas: begin, load, run, behaviour }: Question): number[] {
  const needed = (target - baseShare * target) * begin
  const runLooks = run.reduce((sum, { minutes }) => sum + looksOf(minutes), 0)
  const stretches = run.flatMap((stretch) => Array.from({ length: looksOf(stretch.minutes) }, () => stretch))
  const limits: Limits = { min: 1, max: begin * ceiling, behaviour, downscaleStabilisationMs: 300_000 }
  let [replicas, past] = [begin, firstPast(begin, 0)]
  let [serving, canary, old] = [begin, 0, 0]
  let weight = 0
  const seen: number[] = []
  for (let look = -looksOf(before); look < runLooks + looksOf(after); look++) {
    const stretch = stretches[look]
    const part = Math.min(1, Math.max(0, look / runLooks))
    const total = needed * (load === 'rising' ? 1 + part : load === 'falling' ? 1 - part / 2 : 1)
    const fresh = { serving: Math.max(0, replicas - serving), canary: 0 }
    serving = replicas
    if (stretch?.kept && canary > 0) [old, canary] = [serving, 0]
    if (!stretch) [old, canary] = [0, 0]
    else if (!stretch.kept) {
      // A canary takes its size with its weight, and grows with the replicas until the next.
      const size = Math.ceil((serving * stretch.weight) / 100)
      fresh.canary = Math.max(0, size - canary)
      canary = stretch.weight === weight ? Math.max(size, canary) : size
    }
    weight = stretch?.kept ? 0 : (stretch?.weight ?? 0)
    const crowds = [
      ...crowd(serving, fresh.serving, (total * (100 - weight)) / 100),
      ...crowd(canary, fresh.canary, (total * weight) / 100),
      ...crowd(old, 0, 0),
    ]
    const wish = metric.wish({ crowds, base: baseShare * target, replicas })
    const now = look * lookMs
    const next = limited(wish, replicas, limits, past, now)
    past = scaled(next.past, behaviour, replicas, next.replicas, now)
    replicas = next.replicas
    if (look >= 0) seen.push(replicas)
  }
  return seen
}

/** No course goes above so many times its beginning: there it is said to have no end. */
export const ceiling = 10

function crowd(pods: number, fresh: number, load: number): Crowd[] {
  const [young, settled] = [Math.min(fresh, pods), pods - Math.min(fresh, pods)]
  return [
    { pods: settled, load: (load * settled) / Math.max(1, pods), fresh: false },
    { pods: young, load: (load * young) / Math.max(1, pods), fresh: true },
  ].filter((one) => one.pods > 0)
}

/**
 * Replicas at which use meets its target with a canary of that weight beside, which grows with them, as a multiple of those without: Infinity
 * where they never meet.
 */
export function bound(baseShare: number, weight: number): number {
  const rest = 1 - (1 + weight / 100) * baseShare
  return rest <= 1e-9 ? Number.POSITIVE_INFINITY : (1 - baseShare) / rest
}
