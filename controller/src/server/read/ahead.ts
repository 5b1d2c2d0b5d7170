import type { RolloutSpec } from '../../api/rollout.ts'
import type { RolloutStatus, Run } from '../../api/rolloutStatus.ts'
import type { PlannedStep } from '../../rollout/steps/planned.ts'
import type { ReleaseDetail } from '../dto/detail.ts'
import { runSpec, runSteps } from './steps.ts'

/** Sentences about what comes next. They say what rollout/ does, and are held against it by tests. */

/** What comes after a step, as the end of a sentence: "it goes to 20 %". */
export function comesAfter(steps: readonly PlannedStep[], index: number): string {
  const next = steps[index + 1]
  if (!next) return 'it is promoted'
  if (next.weight !== undefined) return `it goes to ${next.weight} % of the traffic`
  if (next.scale) {
    const { replicas, percent } = next.scale
    if (replicas !== undefined) return `the new version is scaled to ${replicas} ${replicas === 1 ? 'pod' : 'pods'}`
    return percent === undefined
      ? 'the new version gets as many pods as its traffic needs'
      : `the new version is scaled to ${percent} % of the size of the old one`
  }
  if (next.pause) return next.pause.for === undefined ? 'it waits until somebody promotes it' : `it pauses for ${next.pause.for}`
  if (next.before) return 'the new version is measured before the switch'
  if (next.analyze?.templates) return `it is judged by ${next.analyze.templates.map(({ name }) => name).join(', ')}`
  return 'it waits for evidence'
}

/** What the run under way will do next; undefined between runs. */
export function aheadOf(spec: RolloutSpec, status: RolloutStatus | undefined, name: string): ReleaseDetail['next'] {
  const run = status?.run
  if (!run) return undefined
  if (run.stage === 'RollingBack')
    return {
      good: `All traffic goes back to version ${run.from.hash}, then the pods of version ${run.to.hash} go. The workload stays held: version ${run.to.hash} gets no traffic again unless somebody retries it.`,
    }
  const bad = badOf(run)
  if (run.paused) return { good: `Nothing, until somebody resumes it. ${run.paused.by} paused it.`, ...bad }
  if (spec.paused && run.stage === 'Stepping') return { good: 'Nothing, as long as spec.paused of the Rollout is true.', ...bad }
  return { good: goodOf(run, name), ...bad, ...silentOf(run) }
}

function goodOf(run: Run, name: string): string {
  const steps = runSteps(run)
  const after = steps ? comesAfter(steps, run.step?.index ?? -1) : 'it goes on'
  switch (run.stage) {
    case 'Starting':
      return `When the pods of the new version are there, ${run.fast ? 'it is promoted: its steps are left out' : after}.`
    case 'Promoting':
      return promotion(run)
    case 'RollingBack':
      return 'All traffic goes back.'
    case 'Stepping':
      return `${stepEnds(run, steps?.[run.step?.index ?? 0], name)}, ${after}.`
  }
}

function promotion(run: Run): string {
  const { handOver, keepOld = '' } = runSpec(run) ?? {}
  if (run.mode !== 'Switch' && !run.fast && (handOver?.at ?? 100) < 100)
    return "The workload's own rolling update finishes with the new version."
  const after =
    run.mode === 'Pods' ? 'then those of the old version go' : `the old version stays warm for ${keepOld} or as long as requests need`
  return `The new version gets all traffic, and its pods become those of the workload; ${after}.`
}

function stepEnds(run: Run, step: PlannedStep | undefined, name: string): string {
  const templates = step?.analyze?.templates
  if (!step) return 'When this step is over'
  if (step.weight !== undefined) return `When ${step.weight} % is confirmed${run.mode === 'Routes' ? ' by the gateway' : ''}`
  if (step.scale) return 'When its pods are available'
  if (step.pause)
    return step.pause.for === undefined
      ? `When somebody promotes it (serin promote ${name})`
      : `When the pause of ${step.pause.for} is over`
  if (step.before) return 'When what is measured before the switch has passed'
  if (templates) return `When the analysis by ${templates.map((one) => one.name).join(', ')} has passed`
  if (step.evidence?.weight !== undefined) return `When the evidence suffices to leave ${step.evidence.weight} %`
  return 'When every metric is surely within its margin'
}

/** Harm ends a run while it takes its steps, also while somebody paused it, but not once somebody skipped them. */
function badOf(run: Run): { bad?: string } {
  const spec = runSpec(run)
  const back = `all traffic goes back to version ${run.from.hash} at once`
  const crash = 'If its pods keep crashing'
  if (run.stage === 'Starting')
    return { bad: `If its pods are not ready within ${spec?.progressDeadline ?? 'the progress deadline'}, the run is rolled back.` }
  if (run.fast || !run.analysis)
    return {
      bad: `${crash}${run.stage === 'Promoting' ? '' : `, or are not ready within ${spec?.progressDeadline ?? 'the progress deadline'}`}, ${back}.`,
    }
  return { bad: `On evidence of harm, or if its pods keep crashing, ${back}.` }
}

/** Without data only what waits for evidence is held up. */
function silentOf(run: Run): { silent?: string } {
  const use = runSpec(run)?.analysis
  if (!run.analysis || run.fast || !use) return {}
  const source = 'A source that does not answer is waited for.'
  switch (use.onNoData) {
    case 'pause':
      return { silent: `It does not go on without evidence: it waits until somebody promotes or aborts it. ${source}` }
    case 'rollback':
      return { silent: `It is rolled back when evidence is due and a metric has none. ${source}` }
    case 'ignore':
      return { silent: `Metrics without data do not hold it up. ${source}` }
  }
}
