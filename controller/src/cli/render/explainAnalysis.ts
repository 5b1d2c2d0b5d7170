import type { AnalysisRunStatus, MetricStatus } from '../../api/analysisRun.ts'
import { milliseconds } from '../../api/fields.ts'
import type { HistoryEntry } from '../../api/rolloutStatus.ts'
import type { Instant } from '../../clock.ts'
import type { AnalysisSeen } from '../analyses/read.ts'
import { judgedWords } from './analysis.ts'
import type { Explanation } from './explain.ts'
import { problemText } from './metricRows.ts'
import { age, span } from './time.ts'

type Commands = Explanation['next']

/**
 * What the analysis of a run under way knows and lacks, in sentences, and commands that tell more about what keeps it from measuring. What the run
 * says that it waits for (`waits`) is not said twice.
 */
export function analysisInRun(seen: AnalysisSeen, waits: string, now: Instant): { known: string[]; next: Commands } {
  const { metadata, spec, status } = seen
  if (!status) return { known: [`Its analysis ${metadata.name} was made, and the controller has not looked at it yet.`], next: [] }
  if (status.phase === 'Pending') return { known: [`Its analysis ${metadata.name} has not begun: ${ended(status.message)}`], next: [] }
  const said = status.phase === 'Running' ? 'judges' : `is over (${status.phase})`
  return {
    known: [
      `Its analysis ${metadata.name} ${said}: ${judgedWords(seen, now)}.`,
      ...status.metrics
        .filter(({ because }) => because === '' || !waits.includes(because))
        .map((metric) => metricSentence(metric, spec.interval)),
      ...status.problems.map(
        (problem) =>
          `${problem.kind === 'Remark' ? 'Noted' : 'It is held up'} since ${age(problem.since, now)}: ${ended(problemText(problem))}`,
      ),
    ],
    next: status.problems.flatMap((problem) => helping(problem, metadata.namespace)),
  }
}

/** The verdict of a run that is over. */
export function analysisOver({ metadata, status }: AnalysisSeen, { id }: HistoryEntry): string[] {
  if (!status) return []
  const by = status.by === undefined || status.by === '' ? '' : ` by ${status.by}`
  return [`The verdict of run ${id} (${metadata.name}): ${status.verdict ?? status.phase}${by}. ${ended(status.message)}`]
}

/** The command that prints all that was judged. */
export function recordOf(serin: (verb: string, rest?: string) => string, run?: number): Commands[number] {
  return {
    command: serin('record', run === undefined ? '' : ` --run ${run}`),
    does: 'prints all that was judged, for `serin judge --replay`',
  }
}

function metricSentence({ name, verdict, because, dryRun, gate, needed }: MetricStatus, interval: string): string {
  const role = dryRun ? ' (tried out: decides nothing)' : gate === false ? ' (need not pass)' : ''
  const words = { Running: 'is not decided', Pass: 'has passed', Fail: 'has failed', Inconclusive: 'is inconclusive' }[verdict]
  const text = because.startsWith(`${name}: `) ? because.slice(name.length + 2) : because
  const missing =
    verdict === 'Running' && needed && !/needed for a pass/.test(because)
      ? ` A pass needs about ${needed.intervals} more intervals (${span(needed.intervals * milliseconds(interval))}), if both are alike.`
      : ''
  return `${name} ${words}${role}${text === '' ? '.' : `: ${ended(text)}`}${missing}`
}

function helping({ kind, what }: AnalysisRunStatus['problems'][number], namespace: string): Commands {
  const [, scope, name] = /^(Cluster)?MetricSource (?:\S+\/)?(\S+)$/.exec(what) ?? []
  const look = { command: `serin sources -n ${namespace}`, does: 'shows which sources answer' }
  if (kind === 'SourceDown' && name !== undefined)
    return [
      {
        command: `kubectl get ${scope ? 'clustermetricsource' : 'metricsource'} ${name}${scope ? '' : ` -n ${namespace}`} -o yaml`,
        does: 'shows how the source is asked and what it answers',
      },
      look,
    ]
  return kind === 'SourceDown' || kind === 'Missing' ? [look] : []
}

const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
