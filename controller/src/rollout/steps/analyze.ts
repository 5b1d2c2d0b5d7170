import { analysisFor, judged, passed } from '../analyses.ts'
import type { PlannedStep } from './planned.ts'
import type { StepKind } from './step.ts'

/** Goes on when an analysis has passed: one of its own templates, or the one beside the run. */
export const analyze: StepKind<NonNullable<PlannedStep['analyze']>> = {
  name: 'analyze',
  title: ({ templates }) => (templates ? `analysis by ${templates.map(({ name }) => name).join(', ')}` : 'evidence for a pass'),
  progress({ templates }, scene) {
    const analysis = templates ? analysisFor(scene, 'Step', scene.run.step?.index) : analysisFor(scene, 'Background')
    return judged(scene, analysis, passed, `step ${(scene.run.step?.index ?? 0) + 1} is an analysis that must pass`)
  },
}
