import { shown, type Target } from '../judge/targets.ts'
import type { Release } from './release.ts'
import { fewBad, type Summary } from './summary.ts'

/** Every promise of which something was measured. */
export function targets(summaries: readonly Summary[]): readonly Target[] {
  const lines = summaries.flatMap(ofKind)
  const sum = (count: (summary: Summary) => number) => summaries.reduce((total, summary) => total + count(summary), 0)
  const lost = sum((summary) => summary.lost)
  const runs = sum((summary) => summary.runs)
  return [...lines, target('requests that no pod answered', 'none', `${lost} in ${runs} releases`, lost === 0)]
}

function ofKind(summary: Summary): readonly Target[] {
  const { kind, runs, rolledBack, broken } = summary
  const undone = target(`${kind}: releases that did not end as any release does`, 'none', `${broken} of ${runs}`, broken === 0)
  const all = target(`${kind}: rolled back`, 'all', shown(rolledBack), rolledBack.count === runs)
  switch (kind) {
    case 'healthy': {
      const most = Math.floor(runs / 200)
      return [target(`${kind}: rolled back`, `at most ${most} of ${runs}`, shown(rolledBack), rolledBack.count <= most), undone]
    }
    case 'errors x5':
      return [all, undone]
    case 'errors x10': {
      const { fewBad: few, bad } = summary
      const spread = bad ? `${bad.median} (p90 ${bad.p90}, most ${bad.max})` : 'never'
      return [
        all,
        target(`${kind}: bad answers of the new version, median`, `< ${fewBad}`, spread, bad !== undefined && bad.median < fewBad),
        { ...target(`${kind}: releases with fewer than ${fewBad} bad answers`, '>= 95 %', shown(few), few.share >= 0.95), ci: false },
        undone,
      ]
    }
    case 'incidents':
      return [target(`${kind}: rolled back`, 'none', shown(rolledBack), rolledBack.count === 0), undone]
  }
}

function target(what: string, limit: string, measured: string, met: boolean): Target {
  return { what, limit, measured, met, ci: true }
}

/** Whether that release went as it should. */
export function wentWell({ kind, result, bad, lost }: Release): boolean {
  if (lost > 0) return false
  const harmful = kind === 'errors x5' || kind === 'errors x10'
  if (!harmful) return result === 'Promoted'
  return result === 'RolledBack' && (kind !== 'errors x10' || bad < fewBad)
}
