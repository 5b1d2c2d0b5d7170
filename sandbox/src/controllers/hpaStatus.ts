import type { Obj } from '../types.ts'
import { type Context, clusterUser, writeStatus } from './context.ts'
import { equal } from './equal.ts'
import type { Condition } from './hpaDecision.ts'
import { timestamp } from './time.ts'

export const autoscalerUser = clusterUser('horizontal-pod-autoscaler')

/** Writes what an autoscaler saw into its status, and tells of every new reason for which it does not work. */
export function report(ctx: Context, autoscaler: Obj, seen: object, conditions: readonly Condition[]): void {
  const before = autoscaler.status ?? {}
  for (const { type, status, reason, message } of conditions) {
    const known = before.conditions?.find((one: Condition) => one.type === type)
    if (status === 'False' && type !== 'ScalingLimited' && known?.reason !== reason) tell(ctx, autoscaler, 'Warning', reason, message)
  }
  const next = { ...before, ...seen, conditions: merged(before.conditions ?? [], conditions, timestamp(ctx.clock.now())) }
  if (!equal(next, before)) writeStatus(ctx, autoscalerUser, autoscaler, next)
}

export function tell(ctx: Context, autoscaler: Obj, type: 'Normal' | 'Warning', reason: string, message: string): void {
  ctx.events.tell(autoscaler, type, reason, message, 'horizontal-pod-autoscaler')
}

/** The conditions with the new ones in their places; of one type the last counts. */
function merged(before: readonly (Condition & { lastTransitionTime: string })[], fresh: readonly Condition[], now: string) {
  const conditions = new Map(before.map((condition) => [condition.type, condition]))
  for (const condition of fresh) {
    const known = conditions.get(condition.type)
    conditions.set(condition.type, {
      ...condition,
      lastTransitionTime: known?.status === condition.status ? known.lastTransitionTime : now,
    })
  }
  return [...conditions.values()]
}
