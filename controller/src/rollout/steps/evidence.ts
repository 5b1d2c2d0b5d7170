import { rampOf } from '../../api/rollout.ts'
import { analysisFor, judged, passed } from '../analyses.ts'
import { pause } from './pause.ts'
import type { StepKind } from './step.ts'

/** A weight is held until the release can no longer be hiding more harm than the budget; the end, until it has surely passed. */
export const evidence: StepKind<{ weight?: number }> = {
  name: 'evidence',
  title: ({ weight }) => (weight === undefined ? 'evidence for the promotion' : `evidence at ${weight} %`),
  progress({ weight }, scene) {
    const analysis = analysisFor(scene, 'Background')
    if (weight === undefined) return judged(scene, analysis, passed, 'it is promoted when every metric is surely within its margin')
    const { interval, budget } = rampOf(scene.spec)
    const { status } = analysis ?? {}
    // Conditions alone know no budget: the weight is held for its time.
    if (status && status.phase !== 'Pending' && status.metrics.length > 0 && !status.ramp) {
      const move = judged(scene, analysis, () => true, '')
      return move.wait ? move : pause.progress({ for: interval }, scene)
    }
    const enough = (of: NonNullable<typeof status>) => of.ramp?.find((step) => step.weight === weight)?.passed ?? weight === 0
    return judged(scene, analysis, enough, `${weight} % is left when the release surely harms less than ${budget} of all requests`)
  },
}
