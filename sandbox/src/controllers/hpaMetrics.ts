import { canonicalQuantity, parseQuantity } from '../objects/quantity.ts'
import type { Obj } from '../types.ts'
import type { Wish } from './hpaDecision.ts'
import {
  byAverage,
  byUtilisation,
  byValue,
  byValuePerPod,
  type CpuPeriods,
  NoProposal,
  type PodUse,
  type Proposal,
  standingOf,
  type Tolerances,
} from './hpaFormula.ts'
import { conditionOf, isReady } from './podState.ts'
import type { PodSample, ScalingMetrics } from './scalingMetrics.ts'
import { instant } from './time.ts'

/** What the wishes of one autoscaler are made of. */
export interface Scene {
  metrics: ScalingMetrics
  /** All that the selector of the workload matches. */
  pods: readonly Obj[]
  /** `spec.replicas` and `status.replicas` of the Scale. */
  replicas: { spec: number; status: number }
  tolerances: Tolerances
  periods: CpuPeriods
  now: number
}

interface Target {
  type: string
  averageUtilization?: number
  averageValue?: string
  value?: string
}

/** An element of `spec.metrics`. */
export interface MetricSpec {
  type: string
  resource?: { name: string; target: Target }
  pods?: { metric: { name: string }; target: Target }
  object?: { metric: { name: string }; target: Target; describedObject: { kind: string; name: string } }
  external?: { metric: { name: string }; target: Target }
}

/** What a metric asks for, and how it stands in `status.currentMetrics`. */
export interface Answer {
  wish: Wish
  status: unknown
}

export function answerOf(spec: MetricSpec, scene: Scene): Answer {
  try {
    return asked(spec, scene)
  } catch (error) {
    if (!(error instanceof NoProposal)) throw error
    const message = `the HPA was unable to compute the replica count: ${failures[spec.type]?.(spec) ?? ''}${error.message}`
    return { wish: { problem: { reason: `FailedGet${spec.type}Metric`, message } }, status: { type: '' } }
  }
}

const failures: Record<string, (spec: MetricSpec) => string> = {
  Resource: ({ resource }) => `failed to get ${resource?.name} ${resource?.target.averageUtilization ? 'utilization' : 'usage'}: `,
  External: ({ external }) => (external?.target.averageValue ? `failed to get ${external.metric.name} external metric: ` : ''),
}

function asked({ type, resource, pods, object, external }: MetricSpec, scene: Scene): Answer {
  const { spec: current } = scene.replicas
  if (type === 'Resource' && resource) {
    const { name, target } = resource
    const uses = usesOf(scene, name === 'cpu', resourceOf(name))
    const written = (proposal: Proposal) => (name === 'memory' ? bytesText(proposal.average) : text(proposal.average))
    if (target.averageUtilization === undefined) {
      const proposal = byAverage(uses, milli(target.averageValue), current, scene.tolerances)
      const status = { type, resource: { name, current: { averageValue: written(proposal) } } }
      return { wish: { metric: `${name} resource`, replicas: proposal.replicas }, status }
    }
    const requested = uses.map((use, at) => ({ ...use, request: requestOf(scene.pods[at] as Obj, name) }))
    const proposal = byUtilisation(requested, target.averageUtilization, current, scene.tolerances)
    const now = { averageUtilization: proposal.utilisation, averageValue: written(proposal) }
    const metric = `${name} resource utilization (percentage of request)`
    return { wish: { metric, replicas: proposal.replicas }, status: { type, resource: { name, current: now } } }
  }
  if (type === 'Pods' && pods) {
    if (pods.metric.name !== requestRate) throw new NoProposal(`unable to get metric ${pods.metric.name}: pods have ${requestRate} only`)
    const uses = usesOf(scene, false, ({ requestsPerSecond }) => requestsPerSecond * 1000)
    const proposal = byAverage(uses, milli(pods.target.averageValue), current, scene.tolerances)
    const status = { type, pods: { metric: pods.metric, current: { averageValue: text(proposal.average) } } }
    return { wish: { metric: `pods metric ${pods.metric.name}`, replicas: proposal.replicas }, status }
  }
  const outside = type === 'Object' ? object : type === 'External' ? external : undefined
  if (!outside) throw new NoProposal(`no cluster of this kind measures metrics of type ${type}`)
  const { metric, target } = outside
  const of = type === 'Object' && object ? `${object.describedObject.kind}/${object.describedObject.name}` : undefined
  const value = scene.metrics.value(metric.name, of)
  if (value === undefined) throw new NoProposal(`unable to get metric ${metric.name}: no metrics returned`)
  const { kind, described } = { kind: type.toLowerCase(), described: object ? { describedObject: object.describedObject } : {} }
  const answer = (proposal: Proposal, shown: object): Answer => ({
    wish: { metric: `${of ? `${of.split('/')[0]} metric` : 'external metric'} ${metric.name}`, replicas: proposal.replicas },
    status: { type, [kind]: { ...described, metric, current: shown } },
  })
  const inMilli = Math.round(value * 1000)
  if (target.averageValue !== undefined) {
    const proposal = byValuePerPod(inMilli, milli(target.averageValue), scene.replicas.status, scene.tolerances)
    return answer(proposal, { averageValue: text(proposal.average) })
  }
  const ready = scene.pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length
  if (scene.pods.length === 0) throw new NoProposal('unable to calculate ready pods: no pods returned by selector')
  const proposal = byValue(inMilli, milli(target.value), { current, ready }, scene.tolerances)
  return answer(proposal, { value: text(proposal.average) })
}

/** The metric of pods that there is. */
const requestRate = 'http_requests_per_second'

function usesOf({ pods, metrics, periods, now }: Scene, cpu: boolean, amount: (sample: PodSample) => number): PodUse[] {
  return pods.map((pod) => {
    const sample = metrics.sample(pod)
    const ready = conditionOf(pod, 'Ready')
    const facts = {
      deleting: pod.metadata.deletionTimestamp !== undefined,
      phase: String(pod.status?.phase ?? ''),
      startedAt: pod.status?.startTime === undefined ? undefined : instant(pod.status.startTime),
      ready: ready && { status: ready.status, since: instant(ready.lastTransitionTime) },
      sample,
    }
    const standing = standingOf(facts, cpu ? periods : undefined, now)
    return sample ? { standing, use: Math.round(amount(sample)) } : { standing }
  })
}

function resourceOf(name: string): (sample: PodSample) => number {
  if (name === 'cpu') return ({ cpuMilli }) => cpuMilli
  if (name === 'memory') return ({ memoryBytes }) => Math.round(memoryBytes) * 1000
  throw new NoProposal(`unable to get metrics for resource ${name}: no metrics returned from resource metrics API`)
}

/** Of all containers that run as long as the pod does, or of the pod itself. */
function requestOf(pod: Obj, resource: string): number {
  const own = pod.spec.resources?.requests
  if (own?.[resource] !== undefined) return milli(own[resource])
  const lasting = (pod.spec.initContainers ?? []).filter(({ restartPolicy }: Obj['spec']) => restartPolicy === 'Always')
  return [...pod.spec.containers, ...lasting].reduce((sum: number, { name, resources }) => {
    const request = resources?.requests?.[resource]
    if (request === undefined) throw new NoProposal(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`)
    return sum + milli(request)
  }, 0)
}

/** Whole thousandths of a quantity, rounded up as Kubernetes does. */
function milli(quantity: string | number | undefined): number {
  const nanos = parseQuantity(String(quantity))?.nanos ?? 0n
  return Number((nanos + 999_999n) / 1_000_000n)
}

const text = (thousandths: number): string => canonicalQuantity(`${thousandths}m`) ?? '0'

function bytesText(thousandths: number): string {
  const bytes = thousandths / 1000
  return bytes % 1024 === 0 ? (canonicalQuantity(`${bytes / 1024}Ki`) ?? '0') : text(thousandths)
}
