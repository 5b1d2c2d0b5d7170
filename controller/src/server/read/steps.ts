import { RolloutSpec } from '../../api/rollout.ts'
import type { Run } from '../../api/rolloutStatus.ts'
import { stepsSkipped } from '../../rollout/history.ts'
import { type PlannedStep, stepsOf } from '../../rollout/steps/planned.ts'
import { nameOf, titleOf } from '../../rollout/steps/registry.ts'
import type { StepView } from '../dto/detail.ts'

const known = new WeakMap<object, RolloutSpec | undefined>()

/** The spec that a run follows; undefined where this version does not understand it. */
export function runSpec(run: Run): RolloutSpec | undefined {
  if (known.has(run.spec)) return known.get(run.spec)
  const read = RolloutSpec.safeParse(run.spec)
  const spec = read.success ? read.data : undefined
  known.set(run.spec, spec)
  return spec
}

/** The steps of a run; undefined where its spec does not tell them: it is of a version of Serin that counts them otherwise. */
export function runSteps(run: Run): PlannedStep[] | undefined {
  const spec = runSpec(run)
  const steps = spec && stepsOf(spec)
  return steps?.length === run.steps ? steps : undefined
}

/** The steps of the run under way and how far each is, or those of the next run. */
export function stepViews(spec: RolloutSpec, run: Run | undefined): StepView[] {
  const steps = run ? runSteps(run) : stepsOf(spec)
  if (!steps) return []
  const state = run ? stateIn(run, steps) : () => 'next' as const
  return steps.map((step, index) => {
    const told = state(index)
    return {
      index,
      ...wordsOf(step),
      ...(step.weight === undefined ? {} : { weight: step.weight }),
      state: told,
      ...(told === 'now' && run?.step ? { since: run.step.since } : {}),
    }
  })
}

/** A kind of step that this version does not know is called by its key. */
function wordsOf(step: PlannedStep): { kind: string; text: string } {
  try {
    return { kind: nameOf(step), text: titleOf(step) }
  } catch {
    const kind = Object.keys(step)[0] ?? 'step'
    return { kind, text: kind }
  }
}

function stateIn(run: Run, steps: readonly PlannedStep[]): (index: number) => StepView['state'] {
  const present = run.step?.index
  switch (run.stage) {
    case 'Starting':
      return () => (run.fast ? 'skipped' : 'next')
    case 'Stepping':
      return (index) => (index < (present ?? 0) ? 'done' : index === (present ?? 0) ? 'now' : 'next')
    case 'Promoting': {
      const taken = stepsSkipped(run) ? lastTaken(run, steps) : steps.length - 1
      return (index) => (index <= taken ? 'done' : 'skipped')
    }
    case 'RollingBack': {
      const taken = present === undefined ? lastTaken(run, steps) : present - 1
      return (index) => (index <= taken ? 'done' : 'skipped')
    }
  }
}

/** Of a run whose steps were skipped only the weights that were confirmed are known to have been taken. */
function lastTaken({ shifts }: Run, steps: readonly PlannedStep[]): number {
  const confirmed = new Set(shifts.map(({ weight }) => weight))
  return steps.findLastIndex(({ weight }) => weight !== undefined && weight > 0 && confirmed.has(weight))
}
