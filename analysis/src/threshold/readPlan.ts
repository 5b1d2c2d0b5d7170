import { readBy } from '../read/plan.ts'
import { ThresholdPlan } from './plan.ts'

/** A plan of thresholds, defaults filled in. Throws a ReadError that says every fault of it; expressions are looked at when the judge begins. */
export function readThresholdPlan(value: unknown): ThresholdPlan {
  return readBy(ThresholdPlan, value, 'the plan')
}
