import { type LawsResult, type LawsTask, runLaws } from './laws.ts'
import { type NabResult, type NabTask, runNab } from './nab.ts'
import { type RampResult, type RampTask, runRamps } from './ramp.ts'
import { runWorld, type WorldResult, type WorldTask } from './run.ts'

/** What a worker can be asked. */
export type Task = WorldTask | RampTask | LawsTask | NabTask

export interface Answers {
  world: WorldResult
  ramp: readonly RampResult[]
  laws: LawsResult
  nab: readonly NabResult[]
}

export function run(task: Task): Answers[Task['kind']] {
  switch (task.kind) {
    case 'world':
      return runWorld(task)
    case 'ramp':
      return runRamps(task)
    case 'laws':
      return runLaws(task)
    case 'nab':
      return runNab(task)
  }
}
