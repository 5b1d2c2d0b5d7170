import type { Move, Scene } from '../scene.ts'

/** One kind of step. A new one is a file with this, and a line in registry.ts. */
export interface StepKind<Spec> {
  /** The key under which a step of this kind stands in the manifest. */
  name: string
  /** What the step still wants; satisfied when it wants nothing. Runs at least once and may run again at any time. */
  progress(spec: Spec, scene: Scene): Move
  /** One phrase for people: "20 % of the traffic". */
  title(spec: Spec): string
  /** The weight that holds from this step on, if it sets one. */
  weight?(spec: Spec): number
}
