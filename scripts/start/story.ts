import type { RolloutSpec } from '../../controller/src/api/rollout.ts'
import type { RolloutStatus, Run, Version } from '../../controller/src/api/rolloutStatus.ts'
import { stepsOf } from '../../controller/src/rollout/steps/planned.ts'
import { titleOf } from '../../controller/src/rollout/steps/registry.ts'

/** Tags of a version's images, which is what people call it. */
export function tagsOf({ images }: Pick<Version, 'images'>): string {
  return images.map((image) => image.slice(image.lastIndexOf(':') + 1)).join(', ')
}

/** What happened to a Rollout between two statuses of it, in sentences; empty when nothing that people care about. */
export function story(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  return [...runStory(before?.run, after.run), ...endStory(before, after), ...restStory(before, after)]
}

function runStory(before: Run | undefined, run: Run | undefined): string[] {
  if (!run) return []
  const told: string[] = []
  const to = tagsOf(run.to)
  const known = before?.id === run.id ? before : undefined
  if (!known && run.trigger === 'Undo') told.push(`run ${run.id}: back from ${tagsOf(run.from)} to ${to}, whose pods are still there`)
  else if (!known) told.push(`run ${run.id}: ${to} is held; it starts beside ${tagsOf(run.from)}, without traffic`)
  if (run.stage === 'RollingBack' && known?.stage !== 'RollingBack') told.push(`going back: ${run.outcome?.because ?? 'it was refused'}`)
  if (run.stage === 'Promoting' && known?.stage !== 'Promoting') told.push(`nothing is left to wait for: ${to} takes over`)
  if (run.weight.actual !== (known?.weight.actual ?? 0)) told.push(share(run, to))
  if (run.stage === 'Stepping' && run.step?.kind === 'pause' && run.waiting && run.waiting.for !== known?.waiting?.for)
    told.push(`step ${run.step.index + 1} of ${run.steps}: waits for ${run.waiting.for}`)
  told.push(...evidenceStory(known, run))
  return told
}

/** What the analysis came to, and, between, what it still needs. */
function evidenceStory(known: Run | undefined, run: Run): string[] {
  const { analysis, step } = run
  if (!analysis || run.stage === 'RollingBack') return []
  const told: string[] = []
  const before = known?.analysis?.name === analysis.name ? known.analysis : undefined
  if (analysis.verdict === 'Pass' && before?.verdict !== 'Pass') told.push(`the evidence suffices: ${analysis.message}`)
  if (step?.kind === 'evidence' && known?.step?.index !== step.index)
    told.push(`step ${step.index + 1} of ${run.steps}: ${titleOfStep(run)}`)
  return told
}

function titleOfStep(run: Run): string {
  const step = run.step && stepsOf(run.spec as RolloutSpec)[run.step.index]
  return step ? titleOf(step) : run.stage
}

function share({ mode, weight, to }: Run, tags: string): string {
  switch (mode) {
    case 'Routes':
      return `the gateway confirms: ${weight.actual} % of the requests go to ${tags}`
    case 'Switch':
      return `the Service is switched: ${weight.actual} % of the requests go to ${tags}`
    case 'Pods':
      return `by the number of its pods ${weight.actual} % of the requests go to ${tagsOf(to)}`
  }
}

function endStory(before: RolloutStatus | undefined, { history }: RolloutStatus): string[] {
  const known = new Set(before?.history.map(({ id }) => id))
  return history
    .filter(({ id }) => !known.has(id))
    .reverse()
    .map(({ id, to, from, result, because }) =>
      result === 'Promoted'
        ? `run ${id} is over: ${tagsOf(to)} is the stable version now (${because})`
        : `run ${id} is over: ${tagsOf(from)} has all the traffic again, ${tagsOf(to)} is gone (${because})`,
    )
}

/** How it stands while no run is under way. */
function restStory(before: RolloutStatus | undefined, after: RolloutStatus): string[] {
  if (after.run || (before?.phase === after.phase && !before.run)) return []
  if (after.phase === 'Degraded') return [`degraded: ${after.message}`]
  return after.phase === 'Healthy' && after.stable ? [`healthy: ${after.message}`] : []
}
