import { type Limits, limited, type Past } from './hpaLimits.ts'

/** What one metric asks for, or why it does not, in the words of the condition. */
export type Wish = { metric: string; replicas: number } | { problem: { reason: string; message: string } }

export interface Condition {
  type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited'
  status: 'True' | 'False'
  reason: string
  message: string
}

export interface Decision {
  /** The number of replicas from now on; `current` when nothing changes. */
  replicas: number
  /** Why it changes. */
  because: string
  past: Past
  conditions: Condition[]
  /** No number came out. */
  blocked: boolean
}

/**
 * One look of an autoscaler: the highest wish, stabilised and limited. Wishes are asked for only where they count. A metric that fails
 * hinders scaling down, and everything where no other is left. Pure.
 */
export function decided(current: number, limits: Limits, past: Past, wishes: () => readonly Wish[], now: number): Decision {
  const stays = { replicas: current, because: '', past, conditions: [], blocked: false }
  if (current === 0) {
    const message = 'scaling is disabled since the replica count of the target is zero'
    return { ...stays, conditions: [{ type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message }] }
  }
  if (current > limits.max) return { ...stays, replicas: limits.max, because: 'Current number of replicas above Spec.MaxReplicas' }
  if (current < limits.min) return { ...stays, replicas: limits.min, because: 'Current number of replicas below Spec.MinReplicas' }

  const asked = wishes()
  const problem = asked.find((wish) => 'problem' in wish)?.problem
  const highest = asked.reduce<{ metric: string; replicas: number } | undefined>(
    (most, wish) => ('problem' in wish || (most && wish.replicas <= most.replicas) ? most : wish),
    undefined,
  )
  if (!highest || (problem && highest.replicas < current)) {
    return { ...stays, conditions: [{ type: 'ScalingActive', status: 'False', reason: '', message: '', ...problem }], blocked: true }
  }
  const found = `the HPA was able to successfully calculate a replica count from ${highest.metric}`
  const outcome = limited(highest.replicas, current, limits, past, now)
  return {
    replicas: outcome.replicas,
    because: highest.replicas > current ? `${highest.metric} above target` : 'All metrics below target',
    past: outcome.past,
    conditions: [
      { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: found },
      { type: 'AbleToScale', status: 'True', ...outcome.able },
      { type: 'ScalingLimited', ...outcome.limited, status: outcome.limited.status ? 'True' : 'False' },
    ],
    blocked: false,
  }
}
