import type { Clock } from '../../clock.ts'
import type { Cluster } from '../cluster.ts'
import { type ExitCode, exit } from '../exit.ts'
import { type Io, lookOf } from '../io.ts'
import { explainFailure } from '../kubeErrors.ts'
import { lookUntil } from '../look.ts'
import { type Awaited, awaited, type Outcome, outcomeOf, type Seen } from '../outcome.ts'
import { print } from '../output.ts'
import { type Named, plainName, readItsAnalysis, readRollout, readWorkload, type Snapshot } from '../read.ts'
import { metricRows } from '../render/metricRows.ts'
import { span } from '../render/time.ts'
import { lastEntry } from '../render/words.ts'
import { type Call, duration, format, isSet, namespace, type Verb } from '../verb.ts'

export const status: Verb = {
  name: 'status',
  about: 'say how the release of the present template stands; with --watch wait until it is over',
  argument: { name: '<name>', about: 'name of the Rollout' },
  scope: 'rollout',
  flags: [
    { flags: '-w, --watch', about: 'wait until the release is over, printing progress' },
    { flags: '--timeout <duration>', about: 'with --watch: how long to wait at most', default: '10m' },
  ],
  help: [
    'Waits for the run of the template that the workload has when this starts, also when the controller has not seen that template yet.',
    '',
    'Exit code:',
    '  0  promoted, or healthy at the present template',
    '  1  rolled back, aborted or replaced by another template; or degraded: with --watch, when that lasts for 30 s',
    '  2  still under way when the time was up (without --watch: still under way)',
    '  3  wrong usage, no such Rollout, or no way to ask the cluster',
  ].join('\n'),
  async run(call) {
    const { io } = call
    const cluster = await call.cluster()
    const as = format(call)
    const timeout = duration(call, 'timeout', '10m')
    const named = { namespace: await namespace(call), name: plainName(call.args[0] ?? '') }
    const began = io.clock.now()
    const deadline = isSet(call, 'watch') ? began + timeout : began
    let wanted: Awaited | undefined
    let last: Last | undefined
    let said = ''
    const patience = troublePatience(io.clock, isSet(call, 'watch'))
    const say = (message: string, seen?: SeenWhole) => {
      if (message === said) return
      said = message
      // Machines read standard output; people still want to see it move.
      const line = `${span(io.clock.now() - began).padEnd(6)} ${message}\n`
      if (as === 'table') io.out(line + rowsOf(io, seen, 7))
      else io.err(line)
    }
    await lookUntil(io, {
      deadline,
      read: () => readSeen(cluster, named),
      see(seen) {
        wanted ??= awaited(seen)
        const outcome = patience(outcomeOf(wanted ?? nothingYet, seen))
        last = { seen, outcome }
        if (!isOver(outcome)) say(outcome.message, seen)
        return isOver(outcome)
      },
      lost: (error) => say(`${explainFailure(error, cluster)?.message ?? 'the cluster does not answer'}; trying again`),
    })
    return conclude(call, named, last, isSet(call, 'watch') ? `after ${span(io.clock.now() - began)}` : '', as)
  },
}

/** What is looked at, with the analysis beside it. */
type SeenWhole = Seen & Pick<Snapshot, 'analysis'>
type Last = { seen: SeenWhole; outcome: Outcome }

async function readSeen(cluster: Cluster, named: Named): Promise<SeenWhole> {
  const rollout = await readRollout(cluster, named)
  const [workload, analysis] = await Promise.all([readWorkload(cluster, rollout), readItsAnalysis(cluster, rollout)])
  return { rollout, workload, analysis }
}

/** The metrics of its analysis as lines behind a margin; empty where there is none. */
function rowsOf(io: Io, seen: SeenWhole | undefined, margin: number): string {
  const look = lookOf(io)
  const columns = (look.columns > 40 ? look.columns : 80) - margin
  return metricRows({ ...look, columns }, seen?.analysis?.status?.metrics ?? [])
    .map((row) => `${' '.repeat(margin)}${row}\n`)
    .join('')
}

/** As long as there is no workload there is no template to wait for, and none is stable. */
const nothingYet: Awaited = { template: '', lastRun: 0 }

/** How long trouble must last to count: three times what the controller takes to look again, so that what is applied together may come in any order. */
const patienceMs = 30_000

/** Makes trouble a failure once it has lasted, unchanged, for as long as our patience; at once when nobody waits. */
function troublePatience(clock: Clock, waits: boolean): (outcome: Outcome) => Outcome {
  let trouble: { message: string; since: number } | undefined
  return (outcome) => {
    if (outcome.state !== 'troubled') trouble = undefined
    else if (trouble?.message !== outcome.message) trouble = { message: outcome.message, since: clock.now() }
    if (!trouble || (waits && clock.now() - trouble.since < patienceMs)) return outcome
    return { state: 'failed', result: 'Degraded', message: trouble.message }
  }
}

function isOver({ state }: Outcome): boolean {
  return state === 'promoted' || state === 'failed'
}

function conclude(call: Call, named: Named, last: Last | undefined, after: string, as: 'table' | 'json' | 'yaml'): ExitCode {
  const { io } = call
  const outcome: Outcome = last?.outcome ?? { state: 'open', message: 'the cluster did not answer' }
  const code = outcome.state === 'promoted' ? exit.ok : outcome.state === 'failed' ? exit.failed : exit.timedOut
  if (as !== 'table') {
    const result = outcome.state === 'promoted' ? 'Promoted' : outcome.state === 'failed' ? outcome.result : 'UnderWay'
    print(io, as, { ...named, result, exitCode: code, message: outcome.message, status: last?.seen.rollout.raw.status })
    return code
  }
  if (!isOver(outcome)) {
    if (after !== '') io.err(`timed out ${after}: ${outcome.message}\n`)
    io.err(`\`serin explain ${named.name} -n ${named.namespace}\` says what it waits for.\n`)
  } else if (outcome.state === 'failed') io.err(`${outcome.result}: ${outcome.message}\n`)
  else io.out(`Healthy: ${outcome.message}\n`)
  if (isOver(outcome)) verdict(io, named, last)
  return code
}

/** What the analysis of the run that ended came to, and how to see all of it. */
function verdict(io: Io, { name, namespace }: Named, last: Last | undefined): void {
  const { rollout, analysis } = last?.seen ?? {}
  const entry = rollout?.status && lastEntry(rollout.status)
  if (!analysis?.status || !entry || entry.analysis !== analysis.metadata.name) return
  const { verdict: word, phase, by } = analysis.status
  io.out(`Analysis of run ${entry.id}: ${word ?? phase}${by ? ` by ${by}` : ''}; serin record ${name} --run ${entry.id} -n ${namespace}\n`)
  io.out(rowsOf(io, last?.seen, 2))
}
