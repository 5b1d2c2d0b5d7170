import type { ActKind } from './act.ts'
import {
  answersLost,
  apiAway,
  apiBusy,
  apiConflicts,
  apiErrors,
  apiSlow,
  killedAfter,
  killedBefore,
  watchesBreak,
  watchesEnd,
  watchesGone,
  watchesLate,
} from './api.ts'
import { clockJumps, doubled, frozen, killed } from './machines.ts'
import { applyAgain, command, editSteps, hold, meddle, revert, rolloutGone, scale } from './people.ts'
import { release } from './release.ts'
import { clusterSlow, gatewaySilent, nodeGone, podsDie, sourceWrong } from './surroundings.ts'

/** Everything that can happen, by name. */
export const actKinds: Readonly<Record<string, ActKind>> = {
  release,
  command,
  applyAgain,
  revert,
  scale,
  editSteps,
  hold,
  rolloutGone,
  meddle,
  apiConflicts,
  apiBusy,
  apiErrors,
  apiAway,
  answersLost,
  apiSlow,
  killedBefore,
  killedAfter,
  watchesEnd,
  watchesBreak,
  watchesGone,
  watchesLate,
  killed,
  frozen,
  doubled,
  clockJumps,
  podsDie,
  nodeGone,
  gatewaySilent,
  clusterSlow,
  sourceWrong,
}

export const faultNames: readonly string[] = Object.entries(actKinds).flatMap(([name, { what }]) => (what === 'fault' ? [name] : []))
