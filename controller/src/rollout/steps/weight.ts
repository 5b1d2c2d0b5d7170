import { canaryNotLarger, canaryOfSize, canarySize } from '../canary.ts'
import { proportion } from '../replicas.ts'
import { canaryReachable, routesShow } from '../routing.ts'
import { inOrder, iso, type Part, satisfied } from '../scene.ts'
import type { StepKind } from './step.ts'

/** Pods first, then the share of the traffic, then no more pods than that share needs. */
export const weight: StepKind<number> = {
  name: 'weight',
  title: (percent) => `${percent} % of the traffic`,
  weight: (percent) => percent,
  progress(percent, scene) {
    const { run } = scene
    const before = Math.max(percent, run.weight.wanted)
    const parts: Part[] =
      run.mode === 'Pods'
        ? [canaryOfSize((at) => canarySize(at, percent)), byPods(percent)]
        : [
            canaryOfSize((at) => canarySize(at, before)),
            canaryReachable,
            routesShow(percent, 'fail'),
            canaryNotLarger((at) => canarySize(at, percent)),
          ]
    return inOrder(parts)(scene)
  },
}

/** Without a router the pods are the weight. */
function byPods(percent: number): Part {
  return (scene) => {
    const { run, now, view } = scene
    if (run.weight.wanted === percent) return satisfied(scene)
    const actual = Math.round(proportion({ total: view.replicas, weight: percent }).percent)
    return { run: { ...run, weight: { wanted: percent, actual, since: iso(now), confirmedAt: iso(now) } }, actions: [] }
  }
}
