import type { RolloutSpec } from '../../api/rollout.ts'
import type { Step } from '../../api/step.ts'
import { canonical } from '../../workload/hash.ts'
import type { Move, Scene } from '../scene.ts'
import { pause } from './pause.ts'
import { scale } from './scale.ts'
import { weight } from './weight.ts'

/** Every kind of step that runs. */
const kinds = { weight, scale, pause }

type Name = keyof typeof kinds

/**
 * The steps a run takes. A ramp is weights with timed pauses between them (here the evidence ramp will enter: the same weights, left when the judge says so);
 * blue/green is a full-size canary without traffic and a pause before the switch.
 */
export function stepsOf(spec: RolloutSpec): Step[] {
  if (spec.blueGreen) {
    const { previewReplicas, approve, autoPromoteAfter } = spec.blueGreen
    const size: Step = { scale: previewReplicas === undefined ? { percent: 100 } : { replicas: previewReplicas } }
    if (approve === 'auto' && autoPromoteAfter === undefined) return [size]
    return [size, { pause: autoPromoteAfter === undefined ? {} : { for: autoPromoteAfter } }]
  }
  if (spec.canary?.steps) return spec.canary.steps
  const { weights, interval } = spec.canary?.ramp ?? { weights: [1, 5, 25, 50], interval: '5m' }
  return weights.flatMap((percent): Step[] => [{ weight: percent }, { pause: { for: interval } }])
}

export function nameOf(step: Step): Name {
  const name = (Object.keys(kinds) as Name[]).find((key) => step[key] !== undefined)
  if (!name) throw new Error(`a step of a kind that admission should have refused: ${JSON.stringify(step)}`)
  return name
}

export function titleOf(step: Step): string {
  const name = nameOf(step)
  switch (name) {
    case 'weight':
      return weight.title(step.weight ?? 0)
    case 'scale':
      return scale.title(step.scale ?? {})
    case 'pause':
      return pause.title(step.pause ?? {})
  }
}

export function progressOf(step: Step, scene: Scene): Move {
  const name = nameOf(step)
  switch (name) {
    case 'weight':
      return weight.progress(step.weight ?? 0, scene)
    case 'scale':
      return scale.progress(step.scale ?? {}, scene)
    case 'pause':
      return pause.progress(step.pause ?? {}, scene)
  }
}

/** The weight that holds at a step: that of the last weight step up to it. */
export function weightAt(steps: readonly Step[], index: number): number {
  for (let at = Math.min(index, steps.length - 1); at >= 0; at--) {
    const percent = steps[at]?.weight
    if (percent !== undefined) return percent
  }
  return 0
}

/** Where a run goes on whose steps were edited: at the step of equal content, else at the highest weight not above the present one; from the start only if every weight is above. */
export function resumeAt(before: readonly Step[], index: number, edited: readonly Step[]): number {
  const present = canonical(before[index] ?? null)
  const weightNow = weightAt(before, index)
  const same = edited.findIndex((step, at) => canonical(step) === present && weightAt(edited, at) === weightNow)
  if (same >= 0) return same
  let best = -1
  edited.forEach((step, at) => {
    if (step.weight !== undefined && step.weight <= weightNow && step.weight >= (edited[best]?.weight ?? 0)) best = at
  })
  return Math.max(best, 0)
}
