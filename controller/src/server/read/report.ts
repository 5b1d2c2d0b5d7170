import type { HistoryEntry } from '../../api/rolloutStatus.ts'
import { span } from '../../cli/render/time.ts'
import type { AnalysisView, Report } from '../dto/evidence.ts'
import { historyItem } from './detail.ts'
import { versionOf } from './release.ts'
import type { AnalysisSeen, RolloutSeen } from './seen.ts'

/** What is known of the analyses: those of all runs of the Rollout, or that the person may not see them. */
export type Analyses = readonly AnalysisSeen[] | 'forbidden'

/** The record of a run; undefined when the Rollout does not remember one of that number. `views`: the analyses of this run. */
export function reportOf(
  { metadata, status }: RolloutSeen,
  id: number,
  analyses: Analyses,
  views: readonly AnalysisView[],
): Report | undefined {
  const { namespace, name } = metadata
  const head = { namespace, name, run: id, analyses: [...views] }
  const run = status?.run?.id === id ? status.run : undefined
  const entry = status?.history.find((one) => one.id === id)
  if (run) {
    const { startedAt, from, to } = run
    const verdict = `Run ${id} is under way: ${status?.message ?? ''}.`
    return { ...head, startedAt, from: versionOf(from), to: versionOf(to), verdict, similar: [] }
  }
  if (!entry || !status) return undefined
  const { startedAt, from, to } = entry
  return {
    ...head,
    ended: historyItem(entry),
    startedAt,
    from: versionOf(from),
    to: versionOf(to),
    verdict: [verdictOf(entry), recordRemark(entry, analyses, views)].filter((text) => text !== '').join(' '),
    similar: similarTo(entry, status.history, analyses === 'forbidden' ? [] : analyses),
  }
}

function verdictOf({ id, result, because, by, to, from, startedAt, endedAt }: HistoryEntry): string {
  const after = span(Date.parse(endedAt) - Date.parse(startedAt))
  const images = to.images.join(', ') || to.hash
  const why = because.replace(/\.$/, '')
  const who = by !== undefined && !because.includes(by) ? ` (asked for by ${by})` : ''
  switch (result) {
    case 'Promoted':
      return `Run ${id} promoted ${images} after ${after}: ${why}${who}.`
    case 'RolledBack':
      return `Run ${id} went back from ${images} to ${from.images.join(', ') || from.hash} after ${after}: ${why}${who}.`
    case 'Aborted':
      return `Run ${id} of ${images} was aborted after ${after}: ${why}${who}.`
    case 'Superseded':
      return `Run ${id} of ${images} was overtaken after ${after}: ${why}${who}.`
  }
}

/** Why there are no figures, if there are none. */
function recordRemark({ analysis, result }: HistoryEntry, analyses: Analyses, views: readonly AnalysisView[]): string {
  if (views.length > 0) return ''
  if (analyses === 'forbidden') return 'What was measured is left out: you may not list analysisruns.serin.dev in this namespace.'
  if (analysis !== undefined) return `Its AnalysisRun ${analysis} is gone, and what was measured with it.`
  return result === 'Promoted' ? 'Nothing was measured in it, or that is gone.' : ''
}

const mostSimilar = 10

/** Earlier runs that failed by the same metric, the newest first. */
function similarTo(entry: HistoryEntry, history: readonly HistoryEntry[], analyses: readonly AnalysisSeen[]): Report['similar'] {
  const metric = failedBy(entry, analyses)
  if (metric === undefined) return []
  return history
    .filter((other) => other.id < entry.id && failedBy(other, analyses) === metric)
    .sort((a, b) => b.id - a.id)
    .slice(0, mostSimilar)
    .map(({ id, endedAt, because }) => ({ run: id, endedAt, because }))
}

/** The metric that a run failed by: as its analysis says, or, when that is gone, as its sentence begins. */
function failedBy({ id, result, because }: HistoryEntry, analyses: readonly AnalysisSeen[]): string | undefined {
  if (result !== 'RolledBack') return undefined
  const told = analyses.find(({ spec, status }) => spec.for?.run === id && status?.by)?.status?.by
  return told ?? /^([^:]{1,63}): /.exec(because)?.[1]
}
