import { armsNotLarger, armsOfSize } from '../baseline.ts'
import { canaryOfSize, canarySize } from '../canary.ts'
import { baselineReachable, canaryReachable } from '../routing.ts'
import { after, inOrder, instant, type Part, satisfied, waits } from '../scene.ts'
import { routesShow, sharedByPods, shareNoted } from '../weights.ts'
import type { StepKind } from './step.ts'

/** Pods first, then the share of the traffic, then no more pods than that share needs. */
export const weight: StepKind<number> = {
  name: 'weight',
  title: (percent) => `${percent} % of the traffic`,
  weight: (percent) => percent,
  progress(percent, scene) {
    const { run } = scene
    const parts: Part[] =
      run.mode === 'Pods'
        ? [canaryOfSize((at) => canarySize(at, percent)), sharedByPods(percent)]
        : [
            shareNoted,
            armsOfSize((at) => canarySize(at, Math.max(percent, at.run.weight.wanted))),
            canaryReachable,
            baselineReachable,
            steady(percent),
            routesShow(percent, 'fail'),
            armsNotLarger((at) => canarySize(at, percent)),
          ]
    return inOrder(parts)(scene)
  },
}

/** Before its first traffic the new version has been up for a moment: one that crashes at once meets nobody, and gateways have learnt of its pods. */
function steady(percent: number): Part {
  return (scene) => {
    const { run, now, spec } = scene
    if (percent === 0 || run.weight.wanted > 0 || run.canary === undefined) return satisfied(scene)
    const { settle } = spec.traffic.verify
    const until = after(run.canary.progressAt, settle)
    if (now >= until) return satisfied(scene)
    const because =
      now < instant(run.canary.progressAt)
        ? 'its pods came back, and are believed when they stayed for as long as they were missing'
        : 'its pods have just become available'
    return waits(scene, { for: 'the new version to stay up', because, until })
  }
}
