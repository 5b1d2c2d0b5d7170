import { canaryOfSize, canarySize } from '../canary.ts'
import type { StepKind } from './step.ts'

interface Size {
  replicas?: number
  percent?: number
  matchTraffic?: true
}

/** Sets the canary's size from here on. */
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
    return canaryOfSize((at) => canarySize(at, at.run.weight.wanted))(sized)
  },
}
