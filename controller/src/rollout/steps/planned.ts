import { type RolloutSpec, rampOf } from '../../api/rollout.ts'
import type { Step } from '../../api/step.ts'

/** A step as a run takes it: one that is written in the manifest, or one that follows from the rest of it. */
export type PlannedStep = Step & {
  /** Evidence that this weight may be left; without a weight, that the release may be promoted. */
  evidence?: { weight?: number }
  /** What is measured before the switch of blue/green has passed. */
  before?: true
}

/**
 * The steps a run takes. A ramp with an analysis is weights that are left by evidence; without one, by a timer. Whatever the steps, an analysis beside
 * the run must have passed before the promotion. Blue/green is a full-size canary without traffic, what is measured there, and a pause before the switch.
 */
export function stepsOf(spec: RolloutSpec): PlannedStep[] {
  const { analysis, blueGreen, canary } = spec
  if (blueGreen) {
    const { previewReplicas, approve, autoPromoteAfter } = blueGreen
    const size: PlannedStep = { scale: previewReplicas === undefined ? { percent: 100 } : { replicas: previewReplicas } }
    const before: PlannedStep[] = analysis?.before ? [{ before: true }] : []
    if (approve === 'auto' && autoPromoteAfter === undefined) return [size, ...before]
    return [size, ...before, { pause: autoPromoteAfter === undefined ? {} : { for: autoPromoteAfter } }]
  }
  const gate: PlannedStep[] = analysis?.templates ? [{ evidence: {} }] : []
  if (canary?.steps) return [...canary.steps, ...gate]
  const { weights, interval } = rampOf(spec)
  const held = (weight: number): PlannedStep => (analysis?.templates ? { evidence: { weight } } : { pause: { for: interval } })
  return [...weights.flatMap((weight): PlannedStep[] => [{ weight }, held(weight)]), ...gate]
}

/** The weight that holds at a step: that of the last weight step up to it. */
export function weightAt(steps: readonly PlannedStep[], index: number): number {
  for (let at = Math.min(index, steps.length - 1); at >= 0; at--) {
    const percent = steps[at]?.weight
    if (percent !== undefined) return percent
  }
  return 0
}
