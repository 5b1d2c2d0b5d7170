import { parseLabelSelector } from '../objects/labelSelector.ts'
import { parseQuantity } from '../objects/quantity.ts'
import { ApiError, type Obj } from '../types.ts'
import type { Context } from './context.ts'
import { draw } from './delays.ts'
import { type Condition, decided } from './hpaDecision.ts'
import type { Tolerances } from './hpaFormula.ts'
import { type Behaviour, firstPast, type Past, scaled } from './hpaLimits.ts'
import { type Answer, answerOf, type MetricSpec } from './hpaMetrics.ts'
import { autoscalerUser, report, tell } from './hpaStatus.ts'
import type { ScalingMetrics } from './scalingMetrics.ts'
import { keyOf } from './store.ts'
import { timestamp } from './time.ts'
import { createWorkSet } from './workSet.ts'

/** As the flags `--horizontal-pod-autoscaler-*` of a controller manager say; the sync period is `delays.autoscaler`. */
export interface AutoscalerOptions {
  tolerance: number
  downscaleStabilisationMs: number
  cpuInitialisationMs: number
  initialReadinessMs: number
}

const usualAutoscaling: AutoscalerOptions = {
  tolerance: 0.1,
  downscaleStabilisationMs: 300_000,
  cpuInitialisationMs: 300_000,
  initialReadinessMs: 30_000,
}

interface Autoscaling {
  ctx: Context
  metrics: ScalingMetrics
  flags: AutoscalerOptions
  pasts: Map<string, Past>
}

interface TargetRef {
  apiVersion?: string
  kind: string
  name: string
}

const kind = 'HorizontalPodAutoscaler.autoscaling'

/** Runs the HorizontalPodAutoscalers of the cluster until the returned function is called. Without any, nothing is done and no timer runs. */
export function startHorizontalPodAutoscalers(ctx: Context, metrics: ScalingMetrics, options: Partial<AutoscalerOptions> = {}): () => void {
  const scaling: Autoscaling = { ctx, metrics, flags: { ...usualAutoscaling, ...options }, pasts: new Map() }
  const period = () => draw(ctx.delays.autoscaler, ctx.random)
  const queue = createWorkSet(ctx, 'autoscaler', (key) => {
    const autoscaler = ctx.store.get(kind, key)
    if (!autoscaler) {
      scaling.pasts.delete(key)
      return undefined
    }
    look(scaling, autoscaler)
    return period()
  })
  const stop = ctx.store.on(kind, ({ object }) => queue.addAfter(keyOf(object), period()))
  return () => {
    stop()
    queue.stop()
  }
}

/** One look: scales the target where that is due, and says in the status what was seen. */
function look(scaling: Autoscaling, autoscaler: Obj): void {
  const { ctx, pasts, flags } = scaling
  const { scaleTargetRef: ref, minReplicas: min = 1, maxReplicas: max, behavior: behaviour } = autoscaler.spec
  const now = ctx.clock.now()
  const scale = scaleOf(ctx, ref, autoscaler.metadata.namespace)
  if (typeof scale === 'string') {
    report(ctx, autoscaler, {}, [
      able(false, 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${scale}`),
    ])
    return
  }
  const current: number = scale.spec.replicas ?? 0
  const limits = { min, max, behaviour, downscaleStabilisationMs: flags.downscaleStabilisationMs }
  const past = pasts.get(keyOf(autoscaler)) ?? firstPast(current, now)
  let answers: Answer[] = []
  const wishes = () => {
    const pods = podsOf(ctx, autoscaler, String(scale.status.selector ?? ''))
    if ('problem' in pods) return [pods]
    answers = answersOf(scaling, autoscaler, scale, pods)
    return answers.map(({ wish }) => wish)
  }
  const { replicas, because, conditions, blocked, past: next } = decided(current, limits, past, wishes, now)
  const gotScale = able(true, 'SucceededGetScale', "the HPA controller was able to get the target's current scale")
  const failed = replicas === current ? undefined : refusalOf(() => rescale(ctx, ref, scale, replicas))
  const changed = replicas !== current && failed === undefined
  pasts.set(keyOf(autoscaler), changed ? scaled(next, behaviour, current, replicas, now) : next)
  if (changed) tell(ctx, autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${because}`)
  const seen = {
    currentReplicas: current,
    currentMetrics: answers.map(({ status }) => status),
    ...(blocked || failed !== undefined ? {} : { desiredReplicas: replicas }),
    ...(changed ? { lastScaleTime: timestamp(now) } : {}),
  }
  report(ctx, autoscaler, seen, [
    gotScale,
    ...conditions,
    ...(changed ? [able(true, 'SucceededRescale', `the HPA controller was able to update the target scale to ${replicas}`)] : []),
    ...(failed === undefined
      ? []
      : [able(false, 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${failed}`)]),
  ])
}

const able = (holds: boolean, reason: string, message: string): Condition => ({
  type: 'AbleToScale',
  status: holds ? 'True' : 'False',
  reason,
  message,
})

function answersOf({ ctx, metrics, flags }: Autoscaling, { spec }: Obj, scale: Obj, pods: readonly Obj[]): Answer[] {
  const scene = {
    metrics,
    pods,
    replicas: { spec: scale.spec.replicas ?? 0, status: scale.status.replicas ?? 0 },
    tolerances: tolerancesOf(spec.behavior, flags.tolerance),
    periods: { initialisationMs: flags.cpuInitialisationMs, initialReadinessMs: flags.initialReadinessMs },
    now: ctx.clock.now(),
  }
  return (spec.metrics as MetricSpec[]).map((metric) => answerOf(metric, scene))
}

/** The Scale of the target, or why it cannot be had. */
function scaleOf(ctx: Context, ref: TargetRef, namespace: string | undefined): Obj | string {
  try {
    const scale = ctx.api.scaleOf(ref.apiVersion ?? '', ref.kind, namespace, ref.name)
    return scale ?? `${ref.kind} "${ref.name}" not found`
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.message
  }
}

function rescale(ctx: Context, { apiVersion = '', kind, name }: TargetRef, { metadata: { namespace } }: Obj, replicas: number): void {
  const target = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) }
  const options = { subresource: 'scale', as: autoscalerUser, fieldManager: 'kube-controller-manager' }
  ctx.api.patch(target, { type: 'merge', body: { spec: { replicas } } }, options)
}

function refusalOf(write: () => void): string | undefined {
  try {
    write()
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return error.message
  }
}

/** The pods that the target's selector matches, unless another autoscaler sizes some of them too. */
function podsOf(ctx: Context, autoscaler: Obj, selector: string): Obj[] | { problem: { reason: string; message: string } } {
  if (!selector) return { problem: { reason: 'InvalidSelector', message: "the HPA target's scale is missing a selector" } }
  const { namespace, name } = autoscaler.metadata
  const matches = parseLabelSelector(selector)
  const pods = ctx.store.list('Pod', namespace).filter(({ metadata }) => matches(metadata.labels))
  const rivals = ctx.store.list(kind, namespace).filter(({ metadata, spec }) => {
    if (metadata.name === name) return false
    const scale = scaleOf(ctx, spec.scaleTargetRef, namespace)
    if (typeof scale === 'string' || !scale.status.selector) return false
    const theirs = parseLabelSelector(scale.status.selector)
    return pods.some((pod) => theirs(pod.metadata.labels))
  })
  if (rivals.length === 0) return pods
  const all = [name, ...rivals.map(({ metadata }) => metadata.name)].map((one) => `${namespace}/${one}`)
  const message = `pods by selector ${selector} are controlled by multiple HPAs: [${all.join(' ')}]`
  return { problem: { reason: 'AmbiguousSelector', message } }
}

function tolerancesOf(behaviour: Behaviour | undefined, usual: number): Tolerances {
  const of = (text: string | undefined) => (text === undefined ? usual : (parseQuantity(String(text))?.toNumber() ?? usual))
  return { up: of(behaviour?.scaleUp.tolerance), down: of(behaviour?.scaleDown.tolerance) }
}
