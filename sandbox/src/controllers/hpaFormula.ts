/**
 * How the HorizontalPodAutoscaler of Kubernetes 1.36 makes a number of replicas of one metric: its replica calculator, rule by rule, with
 * its roundings. Pure. Amounts are whole thousandths (of a core, a byte, a request per second), as Kubernetes counts them.
 */

/** A ratio of use to target within [1 - down, 1 + up] changes nothing. */
export interface Tolerances {
  up: number
  down: number
}

/**
 * How a pod counts. `counted`: by its use. `unready`: not at all, or with no use where that dampens scaling up. `missing`: it has no metric;
 * assumed to be what dampens a change. `ignored`: never.
 */
export type Standing = 'counted' | 'unready' | 'missing' | 'ignored'

export interface PodUse {
  standing: Standing
  use?: number
  /** What it requests of the resource; only utilisation needs it. */
  request?: number
}

export interface Proposal {
  replicas: number
  /** Mean use of the counted pods in thousandths, or the value itself for a target of type Value. */
  average: number
  /** In per cent of the requests, rounded down. */
  utilisation?: number
}

/** Why no number comes out; the words of Kubernetes. */
export class NoProposal extends Error {}

/** The facts that decide how a pod counts; times in milliseconds. */
export interface PodFacts {
  deleting: boolean
  phase: string
  startedAt?: number | undefined
  ready?: { status: string; since: number } | undefined
  /** Its newest sample, which covers that time before it. */
  sample?: { at: number; windowMs: number } | undefined
}

export interface CpuPeriods {
  /** So long after its start a pod's cpu counts only while it is ready, from one whole window after it became so. */
  initialisationMs: number
  /** A pod that turned unready within so long after its start, and is so still, was never ready. */
  initialReadinessMs: number
}

export function standingOf(pod: PodFacts, cpu: CpuPeriods | undefined, now: number): Standing {
  if (pod.deleting || pod.phase === 'Failed') return 'ignored'
  if (pod.phase === 'Pending') return 'unready'
  if (!pod.sample) return 'missing'
  return cpu && isStarting(pod, pod.sample, cpu, now) ? 'unready' : 'counted'
}

function isStarting({ startedAt, ready }: PodFacts, sample: { at: number; windowMs: number }, cpu: CpuPeriods, now: number): boolean {
  if (!ready || startedAt === undefined) return true
  if (startedAt + cpu.initialisationMs > now) return ready.status === 'False' || sample.at < ready.since + sample.windowMs
  return ready.status === 'False' && startedAt + cpu.initialReadinessMs > ready.since
}

const within = ({ up, down }: Tolerances, ratio: number): boolean => 1 - down <= ratio && ratio <= 1 + up

/** Resource metrics with a target of type Utilization, in per cent of the requests. Throws NoProposal. */
export function byUtilisation(pods: readonly PodUse[], target: number, current: number, tolerances: Tolerances): Proposal {
  const utilisationOf = (counted: readonly PodUse[]): number => {
    const requests = total(counted, ({ request = 0 }) => request)
    if (requests === 0n) throw new NoProposal('no metrics returned matched known pods')
    return Number((total(counted, useOf) * 100n) / requests)
  }
  const fullUse = ({ request = 0 }: PodUse) => Math.trunc((request * Math.max(100, target)) / 100)
  const replicas = byPods(pods, current, tolerances, (counted) => utilisationOf(counted) / target, fullUse)
  const counted = standing(pods, 'counted')
  return { replicas, average: mean(counted), utilisation: utilisationOf(counted) }
}

/** Resource and Pods metrics with a target of type AverageValue. Throws NoProposal. */
export function byAverage(pods: readonly PodUse[], target: number, current: number, tolerances: Tolerances): Proposal {
  const replicas = byPods(
    pods,
    current,
    tolerances,
    (counted) => mean(counted) / target,
    () => target,
  )
  return { replicas, average: mean(standing(pods, 'counted')) }
}

/** Object and External metrics with a target of type Value: `ready` pods share it, whichever ReplicaSet they are of. */
export function byValue(value: number, target: number, pods: { current: number; ready: number }, tolerances: Tolerances): Proposal {
  const ratio = value / target
  const kept = pods.current !== 0 && within(tolerances, ratio)
  const replicas = kept ? pods.current : Math.ceil(pods.current === 0 ? ratio : ratio * pods.ready)
  return { replicas: Math.min(replicas, maxInt32), average: value }
}

/** Object and External metrics with a target of type AverageValue: so many for each of the replicas in the workload's status. */
export function byValuePerPod(value: number, target: number, statusReplicas: number, tolerances: Tolerances): Proposal {
  const ratio = value / (target * statusReplicas)
  const replicas = within(tolerances, ratio) ? statusReplicas : Math.ceil(value / target)
  return { replicas: Math.min(replicas, maxInt32), average: Math.ceil(value / statusReplicas) }
}

const maxInt32 = 2 ** 31 - 1

/**
 * The rule for metrics of pods. Where pods are unready or without metrics, they are assumed to use what makes the change smaller; when it
 * then is within the tolerance or turns round, nothing changes. Otherwise the ratio counts as it is: with many pods under a small ratio the
 * result may well be above `current`.
 */
function byPods(
  pods: readonly PodUse[],
  current: number,
  tolerances: Tolerances,
  ratioOf: (counted: readonly PodUse[]) => number,
  fullUse: (pod: PodUse) => number,
): number {
  if (pods.length === 0) throw new NoProposal('no pods returned by selector while calculating replica count')
  const counted = standing(pods, 'counted')
  if (counted.length === 0) throw new NoProposal('did not receive metrics for targeted pods (pods might be unready)')
  const missing = standing(pods, 'missing')
  const unready = standing(pods, 'unready')
  const ratio = ratioOf(counted)
  const dampenedUp = unready.length > 0 && ratio > 1
  if (!dampenedUp && missing.length === 0) return within(tolerances, ratio) ? current : Math.ceil(ratio * counted.length)

  const assumed = [
    ...counted,
    ...(ratio === 1 ? [] : missing.map((pod) => ({ ...pod, use: ratio < 1 ? fullUse(pod) : 0 }))),
    ...(dampenedUp ? unready.map((pod) => ({ ...pod, use: 0 })) : []),
  ]
  const dampened = ratioOf(assumed)
  const turned = (ratio < 1 && dampened > 1) || (ratio > 1 && dampened < 1)
  if (within(tolerances, dampened) || turned) return current
  const replicas = Math.ceil(dampened * assumed.length)
  const turnedByCount = (dampened < 1 && replicas > current) || (dampened > 1 && replicas < current)
  return turnedByCount ? current : replicas
}

const standing = (pods: readonly PodUse[], wanted: Standing): PodUse[] => pods.filter((pod) => pod.standing === wanted)

const useOf = ({ use = 0 }: PodUse): number => use

/** Sums of bytes in thousandths are beyond what a double holds exactly. */
const total = (pods: readonly PodUse[], of: (pod: PodUse) => number): bigint => pods.reduce((sum, pod) => sum + BigInt(of(pod)), 0n)

const mean = (pods: readonly PodUse[]): number => Number(total(pods, useOf) / BigInt(pods.length))
