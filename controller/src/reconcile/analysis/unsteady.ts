import { exceedsShare, type Interval } from '@serin/analysis'
import type { Instant } from '../../clock.ts'
import type { Part } from '../../evidence/parts.ts'
import type { KubeClient, KubeObject } from '../../kube/types.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import { containersOf, endOf, podsOf } from '../crashes.ts'

/** Times of pods are whole seconds. */
const secondMs = 1000

/**
 * The intervals, those marked in which the baseline was unsteady and the canary had more than its share: what crashes counts no requests, which looks like
 * a router that does not obey. Pods are read, past every cache, only where there is such a share. Throws what the read throws.
 */
export async function withUnsteady(
  intervals: readonly Interval[],
  { metadata, spec }: AnalysisObject,
  part: Part,
  beginOf: (interval: Interval) => Instant,
  client: KubeClient,
): Promise<readonly Interval[]> {
  const hash = spec.arms.baseline?.hash
  if (part.judge !== 'sequential' || !hash || !intervals.some((interval) => exceedsShare(part.plan, interval))) return intervals
  const pods = await podsOf(client, metadata.namespace, hash)
  return intervals.map((interval) =>
    exceedsShare(part.plan, interval) && unsteady(pods, beginOf(interval)) ? { ...interval, baselineUnsteady: true } : interval,
  )
}

/** Whether a container of theirs ended since then, or none of them is ready since before. */
function unsteady(pods: readonly KubeObject[], then: Instant): boolean {
  const ends = pods.flatMap(containersOf).map((container) => Date.parse(endOf(container)?.finishedAt ?? ''))
  return ends.some((end) => end + secondMs > then) || !pods.some((pod) => readySince(pod) <= then)
}

/** When a pod became ready; never, while it is not. */
function readySince({ status }: KubeObject): Instant {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string; lastTransitionTime: string }[] }
  const ready = conditions.find(({ type }) => type === 'Ready')
  return ready?.status === 'True' ? Date.parse(ready.lastTransitionTime) : Number.POSITIVE_INFINITY
}
