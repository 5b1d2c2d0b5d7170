import { armsOfSize } from '../baseline.ts'
import { canarySize } from '../canary.ts'
import { inOrder } from '../scene.ts'
import { sharedByPods } from '../weights.ts'
import type { StepKind } from './step.ts'

interface Size {
  replicas?: number
  percent?: number
  matchTraffic?: true
}

/** Sets the canary's size from here on, and with it that of the fresh baseline. */
export const scale: StepKind<Size> = {
  name: 'scale',
  title: ({ replicas, percent }) =>
    replicas !== undefined
      ? `${replicas} canary pods`
      : percent !== undefined
        ? `canary of ${percent} % of stable's size`
        : 'canary as large as its traffic',
  progress({ replicas, percent }, scene) {
    const size = replicas === undefined && percent === undefined ? undefined : { replicas, percent }
    const sized = { ...scene, run: { ...scene.run, size } }
    const { mode, weight } = scene.run
    const sizes = armsOfSize((at) => canarySize(at, weight.wanted))
    return (mode === 'Pods' ? inOrder([sizes, sharedByPods(weight.wanted)]) : sizes)(sized)
  },
}
