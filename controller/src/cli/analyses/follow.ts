import { CliError, type ExitCode, exit } from '../exit.ts'
import { lookOf } from '../io.ts'
import { explainFailure } from '../kubeErrors.ts'
import { lookUntil } from '../look.ts'
import { lines, print } from '../output.ts'
import type { Named } from '../read.ts'
import { analysisView } from '../render/analysis.ts'
import { metricPhrase, problemText } from '../render/metricRows.ts'
import { span } from '../render/time.ts'
import { screen } from '../screen.ts'
import { type Call, format } from '../verb.ts'
import { type AnalysisSeen, findAnalysis, readAnalysis } from './read.ts'

/** How long a controller may take to look at an analysis before a person should know. */
const patienceMs = 15_000

export function isOver({ status }: AnalysisSeen): boolean {
  return status !== undefined && status.phase !== 'Pending' && status.phase !== 'Running'
}

/**
 * Follows an AnalysisRun until it ends: on a terminal in place, elsewhere a line for every change. The exit code is that of its word. A person who
 * has had enough is told how to come back.
 */
export async function follow(call: Call, named: Named): Promise<{ code: ExitCode; last: AnalysisSeen | undefined }> {
  const { io } = call
  const cluster = await call.cluster()
  const as = format(call)
  const look = lookOf(io)
  const began = io.clock.now()
  const place = screen(io)
  const problemChanges = problemsOf()
  const tell = teller((words) => (as === 'table' ? io.out : io.err)(`${span(io.clock.now() - began).padEnd(6)} ${words}\n`))
  let last: AnalysisSeen | undefined
  const done = await lookUntil(io, {
    async read() {
      if (!last) return readAnalysis(cluster, named)
      const found = await findAnalysis(cluster, named)
      if (!found) throw new CliError(`AnalysisRun ${named.name} was deleted before it ended`, [], exit.failed)
      return found
    },
    see(seen) {
      last = seen
      if (as === 'table' && io.isTty) place.show([...analysisView(look, seen, io.clock.now()), ...hint(named, seen)])
      else {
        for (const line of problemChanges(seen)) tell(line.about, line.words)
        for (const line of changes(look, seen)) tell(line.about, line.words)
      }
      if (!seen.status && io.clock.now() - began >= patienceMs)
        tell('controller', `no controller has looked at it for ${span(patienceMs)}: kubectl get pods -A -l app.kubernetes.io/part-of=serin`)
      return isOver(seen)
    },
    lost: (error) => tell('cluster', `${explainFailure(error, cluster)?.message ?? 'the cluster does not answer'}; trying again`),
  })
  if (!done || !last) {
    io.err(`The analysis goes on in the cluster. To follow it again: serin analyze --follow ${named.name} -n ${named.namespace}\n`)
    io.err(`To end it: kubectl delete analysisrun ${named.name} -n ${named.namespace}\n`)
    return { code: exit.timedOut, last }
  }
  if (as !== 'table') print(io, as, last.raw)
  else if (!io.isTty) lines(io, ['', ...analysisView(look, last, io.clock.now())])
  return { code: codeOf(last), last }
}

/** The exit code of an analysis that ended: as `serin judge` has it. */
function codeOf({ status }: AnalysisSeen): ExitCode {
  switch (status?.phase) {
    case 'Pass':
      return exit.ok
    case 'Fail':
      return exit.failed
    case 'Error':
      return exit.usage
    default:
      return exit.timedOut
  }
}

/** Says of each thing only what is new. */
function teller(say: (words: string) => void): (about: string, words: string) => void {
  const said = new Map<string, string>()
  return (about, words) => {
    if (said.get(about) === words) return
    said.set(about, words)
    if (words !== '') say(words)
  }
}

/** Says each problem once, however its words change (times do), and when it is over. */
function problemsOf(): (seen: AnalysisSeen) => { about: string; words: string }[] {
  const open = new Map<string, string>()
  return ({ status }) => {
    const now = new Map((status?.problems ?? []).map((problem) => [`${problem.kind} ${problem.what}`, problem]))
    const begun = [...now].filter(([key]) => !open.has(key))
    const over = [...open].filter(([key]) => !now.has(key))
    for (const [key] of over) open.delete(key)
    for (const [key, { what }] of begun) open.set(key, what)
    return [
      ...begun.map(([about, problem]) => ({ about, words: problemText(problem) })),
      ...over.map(([about, what]) => ({ about, words: `over: ${about.startsWith('SourceDown') ? `${what} answers again` : what}` })),
    ]
  }
}

/** What there is to say of an analysis, each about one thing; the same words as long as that did not change. */
function changes(look: Parameters<typeof metricPhrase>[0], { status }: AnalysisSeen): { about: string; words: string }[] {
  if (!status) return [{ about: 'state', words: 'the controller has not looked at it yet' }]
  const { phase, message, intervals, metrics } = status
  const standing = metrics.map((metric) => metricPhrase(look, metric)).join('  ')
  return [
    ...(intervals === 0 ? [{ about: 'state', words: `${phase}: ${message}` }] : []),
    ...(intervals > 0 ? [{ about: 'interval', words: `interval ${intervals}: ${status.verdict ?? phase}  ${standing}` }] : []),
  ]
}

function hint({ name }: Named, seen: AnalysisSeen): string[] {
  return isOver(seen) ? [] : ['', `Ctrl-C leaves it running; serin analyze --follow ${name} comes back.`]
}
