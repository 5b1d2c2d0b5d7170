import { canonical } from '../../workload/hash.ts'
import type { Move, Scene } from '../scene.ts'
import { analyze } from './analyze.ts'
import { before } from './before.ts'
import { evidence } from './evidence.ts'
import { pause } from './pause.ts'
import { type PlannedStep, weightAt } from './planned.ts'
import { scale } from './scale.ts'
import type { StepKind } from './step.ts'
import { weight } from './weight.ts'

/** Every kind of step that runs. */
const kinds = { weight, scale, pause, analyze, evidence, before }

type Name = keyof typeof kinds
type SpecOf<N extends Name> = (typeof kinds)[N] extends StepKind<infer Spec> ? Spec : never

export function nameOf(step: PlannedStep): Name {
  const name = (Object.keys(kinds) as Name[]).find((key) => step[key] !== undefined)
  if (!name) throw new Error(`a step of a kind that admission should have refused: ${JSON.stringify(step)}`)
  return name
}

export function titleOf(step: PlannedStep): string {
  return use(step, (kind, spec) => kind.title(spec))
}

export function progressOf(step: PlannedStep, scene: Scene): Move {
  return use(step, (kind, spec) => kind.progress(spec, scene))
}

/** The kind of a step beside what the step says. */
function use<T>(step: PlannedStep, then: <N extends Name>(kind: StepKind<SpecOf<N>>, spec: SpecOf<N>) => T): T {
  const name = nameOf(step)
  return then(kinds[name] as StepKind<never>, step[name] as never)
}

/** Kinds that end by what an analysis says. */
export const waitsForEvidence: readonly string[] = ['analyze', 'evidence', 'before'] satisfies Name[]
/** Kinds that a person may end by `serin promote`. */
export const waitsForPeople: readonly string[] = ['pause' satisfies Name, ...waitsForEvidence]

/** Where a run goes on whose steps were edited: at the step of equal content, else at the highest weight not above the present one; from the start only if every weight is above. */
export function resumeAt(before: readonly PlannedStep[], index: number, edited: readonly PlannedStep[]): number {
  const present = canonical(before[index] ?? null)
  const weightNow = weightAt(before, index)
  const same = edited.findIndex((step, at) => canonical(step) === present && weightAt(edited, at) === weightNow)
  if (same >= 0) return same
  let best = -1
  edited.forEach((step, at) => {
    if (step.weight !== undefined && step.weight <= weightNow && step.weight >= (edited[best]?.weight ?? 0)) best = at
  })
  return Math.max(best, 0)
}
