import type { Scenario } from '../dsl/scenario.ts'
import { autoscaling } from './autoscaling.ts'
import { blueGreen } from './blueGreen.ts'
import { breakGlass } from './breakGlass.ts'
import { canary } from './canary.ts'
import { commands } from './commands.ts'
import { crashes } from './crashes.ts'
import { deletion } from './deletion.ts'
import { evidence } from './evidence.ts'
import { evidenceMissing } from './evidenceMissing.ts'
import { evidenceOnce } from './evidenceOnce.ts'
import { freshBaseline } from './freshBaseline.ts'
import { gateFallback } from './gateFallback.ts'
import { gitOps } from './gitOps.ts'
import { handOver } from './handOver.ts'
import { hold } from './hold.ts'
import { installation } from './installation.ts'
import { notifications } from './notifications.ts'
import { people } from './people.ts'
import { pods } from './pods.ts'
import { rights } from './rights.ts'
import { rivals } from './rivals.ts'
import { rollBack } from './rollBack.ts'
import { scaling } from './scaling.ts'
import { stuck } from './stuck.ts'
import { traffic } from './traffic.ts'
import { undo } from './undo.ts'

/** Every scenario, by what it is about. */
export const groups: Record<string, Scenario[]> = {
  hold,
  canary,
  evidence,
  evidenceMissing,
  evidenceOnce,
  freshBaseline,
  traffic,
  handOver,
  rollBack,
  stuck,
  undo,
  blueGreen,
  pods,
  commands,
  gitOps,
  crashes,
  breakGlass,
  scaling,
  autoscaling,
  deletion,
  rivals,
  notifications,
  gateFallback,
  rights,
  people,
  installation,
}
