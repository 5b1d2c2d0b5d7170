import { after, satisfied, waits } from '../scene.ts'
import type { StepKind } from './step.ts'

/** Waits for a person, or exactly so long. */
export const pause: StepKind<{ for?: string }> = {
  name: 'pause',
  title: (spec) => (spec.for ? `pause of ${spec.for}` : 'pause until somebody promotes'),
  progress(spec, scene) {
    const since = scene.run.step?.since
    if (since === undefined) return waits(scene, { for: 'the step to begin', because: 'it was just reached' })
    if (spec.for === undefined)
      return waits(scene, {
        for: 'somebody to promote it',
        because: `step ${stepNumber(scene.run.step?.index)} is a pause without an end: serin promote ${scene.o.rollout.metadata.name}`,
      })
    const until = after(since, spec.for)
    if (scene.now >= until) return satisfied(scene)
    return waits(scene, { for: `a pause of ${spec.for} to end`, because: `step ${stepNumber(scene.run.step?.index)} says so`, until })
  },
}

const stepNumber = (index = 0) => index + 1
