import { closest } from '../../api/suggest.ts'
import { rolloutLabel } from '../../workload/view.ts'
import type { Cluster } from '../cluster.ts'
import { CliError, exit } from '../exit.ts'
import { type Named, plainName, type RolloutSeen, readRollout, readRollouts } from '../read.ts'
import { lastEntry } from '../render/words.ts'
import { type AnalysisSeen, findAnalysis, readAnalyses, readAnalysis } from './read.ts'

/** An analysis that somebody named, and other ones of the same run. */
export interface Meant {
  readonly analysis: AnalysisSeen
  readonly others: readonly string[]
}

/** Takes `analysisrun/NAME` and `sar/NAME`, as kubectl does; undefined for anything else. */
export function analysisName(typed: string): string | undefined {
  return /^(?:sar|analysisruns?(?:\.serin\.dev)?)\/(.+)$/i.exec(typed)?.[1]
}

/**
 * The analysis that is meant by the name of an AnalysisRun, or by that of a Rollout: of its run under way, else of its newest ended one, or of the
 * given run. What bears both names is taken for the Rollout. Nothing to be found is a CliError that says what there is.
 */
export async function meantBy(cluster: Cluster, namespace: string, typed: string, run: number | undefined): Promise<Meant> {
  const own = analysisName(typed)
  if (own !== undefined) {
    if (run !== undefined)
      throw new CliError('--run chooses a run of a Rollout, and an AnalysisRun is of one already', ['Leave --run out.'])
    return { analysis: await readAnalysis(cluster, { namespace, name: own }), others: [] }
  }
  const name = plainName(typed)
  const named = { namespace, name }
  const rollout = (await readRollouts(cluster, namespace)).find(({ metadata }) => metadata.name === name)
  if (rollout) return ofRollout(cluster, rollout, run)
  // `rollout/NAME` and --run are about Rollouts only: what is near is said there.
  if (typed !== name || run !== undefined) return ofRollout(cluster, await readRollout(cluster, named), run)
  const analysis = await findAnalysis(cluster, named)
  if (analysis) return { analysis, others: [] }
  throw await neither(cluster, named)
}

async function neither(cluster: Cluster, { namespace, name }: Named): Promise<CliError> {
  const [rollouts, analyses] = await Promise.all([readRollouts(cluster, namespace), readAnalyses(cluster, namespace)])
  const near = closest(
    name,
    [...rollouts, ...analyses].map(({ metadata }) => metadata.name),
  )
  return new CliError(`there is no Rollout and no AnalysisRun ${name} in namespace ${namespace}`, [
    near
      ? `Did you mean ${near}?`
      : `\`serin list -n ${namespace}\` shows the Rollouts, \`kubectl get analysisruns -n ${namespace}\` the analyses.`,
  ])
}

async function ofRollout(cluster: Cluster, { metadata, status }: RolloutSeen, wanted: number | undefined): Promise<Meant> {
  const { name, namespace } = metadata
  const run = wanted ?? status?.run?.id ?? (status && lastEntry(status)?.id)
  if (run === undefined)
    throw new CliError(
      `no run of ${name} has begun yet: there is nothing on record`,
      [`\`serin get ${name} -n ${namespace}\` shows where it is.`],
      exit.failed,
    )
  const analyses = (await readAnalyses(cluster, namespace, `${rolloutLabel}=${name}`)).filter(({ spec }) => spec.for?.rollout === name)
  const mine = analyses.filter(({ spec }) => spec.for?.run === run)
  const shown = status?.run?.id === run ? status.run.analysis?.name : status?.history.find(({ id }) => id === run)?.analysis
  const analysis = mine.find((one) => one.metadata.name === shown) ?? mine.at(-1)
  if (!analysis) throw nothingOf(run, name, namespace, status?.lastRun ?? 0, analyses)
  return { analysis, others: mine.filter((one) => one !== analysis).map((one) => one.metadata.name) }
}

function nothingOf(run: number, name: string, namespace: string, lastRun: number, analyses: readonly AnalysisSeen[]): CliError {
  const runs = [...new Set(analyses.map(({ spec }) => spec.for?.run ?? 0))].sort((a, b) => a - b)
  const known = runs.length > 0 ? [`There are analyses of run ${runs.join(', ')}: write --run with one of them.`] : []
  if (run > lastRun) return new CliError(`${name} has had no run ${run} yet: the newest is ${lastRun}`, known, exit.failed)
  const why = 'its Rollout named no template then, its steps were skipped, or it has been cleared away with the history'
  return new CliError(
    `there is no analysis of run ${run} of ${name}: ${why}`,
    [...known, `\`kubectl get analysisruns -n ${namespace}\` shows what is there.`],
    exit.failed,
  )
}
