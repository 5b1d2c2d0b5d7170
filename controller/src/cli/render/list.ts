import type { Look } from '../io.ts'
import type { RolloutSeen } from '../read.ts'
import { clip } from './paint.ts'
import { stableImages } from './rollout.ts'
import { place } from './steps.ts'
import { type Cell, table } from './table.ts'
import { phaseTone } from './words.ts'

/** One row a Rollout: phase, step, weight, stable image and what it waits for. */
export function listView(look: Look, rollouts: readonly RolloutSeen[], withNamespace: boolean): string[] {
  const rows = rollouts.map(({ metadata, status }): Cell[] => {
    const phase = status?.phase ?? 'Unknown'
    const run = status?.run
    return [
      ...(withNamespace ? [metadata.namespace] : []),
      metadata.name,
      { text: phase, tone: phaseTone(phase) },
      run ? place(run) || run.stage : '',
      run ? `${run.weight.actual} %` : '',
      stableImages(status),
      waitingWords(status),
    ]
  })
  const header = [...(withNamespace ? ['NAMESPACE'] : []), 'NAME', 'PHASE', 'STEP', 'WEIGHT', 'STABLE', 'WAITING']
  return table(look, header, rows).map((line) => clip(look, line))
}

function waitingWords(status: RolloutSeen['status']): string {
  if (!status) return 'for the controller to look at it'
  if (status.run) return status.run.waiting ? `for ${status.run.waiting.for}` : ''
  return status.phase === 'Healthy' ? '' : status.message
}
