import { RolloutSpec } from '../../api/rollout.ts'
import type { Run } from '../../api/rolloutStatus.ts'
import { type PlannedStep, stepsOf } from '../../rollout/steps/planned.ts'
import { titleOf } from '../../rollout/steps/registry.ts'
import type { Look } from '../io.ts'
import { paint } from './paint.ts'

/** Titles of a run's steps, in order; undefined when its spec does not tell them (a version of Serin that counts them otherwise). */
export function stepTitles(run: Run): string[] | undefined {
  const spec = RolloutSpec.safeParse(run.spec)
  if (!spec.success) return undefined
  const steps = stepsOf(spec.data)
  return steps.length === run.steps ? steps.map(stepTitle) : undefined
}

/** A kind of step that this version does not know is called by its name. */
function stepTitle(step: PlannedStep): string {
  const known = (['weight', 'scale', 'pause', 'analyze', 'evidence', 'before'] as const).some((kind) => step[kind] !== undefined)
  return known ? titleOf(step) : (Object.keys(step)[0] ?? 'step')
}

/** The steps in a row, the taken ones ticked and the present one marked. Empty when the run has none or shows none. */
export function stepMarks(look: Look, run: Run): string[] {
  const titles = stepTitles(run)
  if (!titles) return run.step ? [`${place(run)} ${run.step.kind}`] : []
  const present = run.stage === 'Promoting' ? titles.length : (run.step?.index ?? -1)
  return titles.map((title, index) => {
    if (index < present) return paint(look, 'good', `${look.unicode ? '✔' : '[x]'} ${title}`)
    if (index === present && run.stage !== 'RollingBack') return paint(look, 'bold', `${look.unicode ? '▶' : '[>]'} ${title}`)
    return paint(look, 'dim', `${look.unicode ? '○' : '[ ]'} ${title}`)
  })
}

/** `3/4`, counted from 1; empty before the first step. */
export function place(run: Run): string {
  return run.step === undefined ? '' : `${run.step.index + 1}/${run.steps}`
}
