import { analysisFor, judged, passed } from '../analyses.ts'
import type { StepKind } from './step.ts'

/** What is measured on the new version before it gets the traffic. */
export const before: StepKind<true> = {
  name: 'before',
  title: () => 'analysis before the switch',
  progress: (_, scene) => judged(scene, analysisFor(scene, 'Before'), passed, 'what is measured before the switch must pass'),
}
