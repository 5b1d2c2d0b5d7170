import type { ReleaseDetail } from '../../../../controller/src/server/dto/detail.ts'
import type { AnalysisView } from '../../../../controller/src/server/dto/evidence.ts'
import { spanText } from '../../parts/times.ts'
import { strings } from '../../strings.ts'

/** ok: as it should be. open: not yet. bad: it is what goes wrong. note: worth knowing. */
export type CheckState = 'ok' | 'open' | 'bad' | 'note'

/** One thing beside the metrics that a run depends on. */
export interface Check {
  id: string
  state: CheckState
  what: string
  text: string
  /** An instant that belongs to the text. */
  at?: string
  /** Since when it is so. */
  since?: string
}

/** Capacity, route, time and what keeps it from measuring: everything but the metrics that could explain why a run does not go on. */
export function checksOf(release: ReleaseDetail, analysis: AnalysisView | undefined, now: number): Check[] {
  const { run } = release
  if (!run) return []
  return [
    ...looks(analysis, now),
    ...capacity(release),
    route(release),
    ...time(release, analysis, now),
    ...problems(analysis),
    ...discarded(release),
  ]
}

const words = strings.release.checks

/** What is later than this by more than a moment is late. */
const patience = 60_000

/** An analysis is looked at once an interval. When nobody does, and nothing says why, the controller is probably away. */
function looks(analysis: AnalysisView | undefined, now: number): Check[] {
  const seen = analysis?.through
  if (analysis?.phase !== 'Running' || seen === undefined || analysis.problems.some(({ kind }) => kind !== 'Remark')) return []
  const behind = now - Date.parse(seen)
  if (behind < Math.max(patience, analysis.intervalSeconds * 4000)) return []
  return [{ id: 'looks', state: 'bad', what: words.looks, text: words.noLook(spanText(analysis.intervalSeconds)), since: seen }]
}

function capacity({ arms }: ReleaseDetail): Check[] {
  return arms.flatMap(({ arm, replicas, available }): Check[] => {
    if ((arm !== 'canary' && arm !== 'baseline') || replicas === undefined) return []
    const there = available ?? 0
    return [
      { id: `capacity ${arm}`, state: there >= replicas ? 'ok' : 'open', what: words.capacity, text: words.pods(arm, there, replicas) },
    ]
  })
}

function route({ run, routes, strategy, service, name }: ReleaseDetail): Check {
  const { wanted, actual } = run?.weight ?? { wanted: 0, actual: 0 }
  const without = strategy === 'blueGreen' ? words.bySwitch(service ?? name) : words.byPods
  const by = routes.map(({ kind, name }) => `${kind} ${name}`).join(', ') || without
  return { id: 'route', state: wanted === actual ? 'ok' : 'open', what: words.route, text: words.weight(wanted, actual, by) }
}

function time({ run }: ReleaseDetail, analysis: AnalysisView | undefined, now: number): Check[] {
  const { waiting } = run ?? {}
  const open = analysis && analysis.endedAt === undefined
  const checks: Check[] = []
  if (waiting?.until) {
    const late = now - Date.parse(waiting.until) > patience
    checks.push({
      id: 'until',
      state: late ? 'bad' : 'open',
      what: words.window,
      text: late ? words.overdue : words.until,
      at: waiting.until,
    })
  }
  if (open && analysis.bakeEndsAt && Date.parse(analysis.bakeEndsAt) > now)
    checks.push({ id: 'bake', state: 'open', what: words.bake, text: words.noPassBefore, at: analysis.bakeEndsAt })
  if (open && analysis.deadlineAt)
    checks.push({
      id: 'deadline',
      state: Date.parse(analysis.deadlineAt) > now ? 'note' : 'bad',
      what: words.deadline,
      text: words.inconclusiveAfter,
      at: analysis.deadlineAt,
    })
  return checks
}

function problems(analysis: AnalysisView | undefined): Check[] {
  return (analysis?.problems ?? []).map(({ what, kind, because, since }) => ({
    id: `problem ${kind} ${what} ${because}`,
    state: kind === 'Remark' ? ('note' as const) : ('bad' as const),
    what: words.problem(kind),
    text: because.startsWith(what) ? because : `${what}: ${because}`,
    since,
  }))
}

function discarded({ discarded: edits }: ReleaseDetail): Check[] {
  return edits.map((text) => ({ id: `discarded ${text}`, state: 'note', what: words.discarded, text }))
}
