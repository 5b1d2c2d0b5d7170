import { z } from 'zod'
import { AnalysisRunSpec, AnalysisRunStatus } from '../../api/analysisRun.ts'
import { apiVersion } from '../../api/rollout.ts'
import { closest } from '../../api/suggest.ts'
import { KubeError } from '../../kube/errors.ts'
import type { KubeObject, ObjectMeta } from '../../kube/types.ts'
import type { Cluster } from '../cluster.ts'
import { CliError } from '../exit.ts'
import { notServed } from '../kubeErrors.ts'
import { plainTexts } from '../plainTexts.ts'
import type { Named } from '../read.ts'

export const analysisRunType = { apiVersion, kind: 'AnalysisRun' } as const

/** An AnalysisRun as the verbs see it: checked and with its defaults; `raw` is what the API server gave. */
export interface AnalysisSeen {
  metadata: ObjectMeta & { namespace: string }
  spec: AnalysisRunSpec
  status: AnalysisRunStatus | undefined
  raw: KubeObject
}

/** Reads one AnalysisRun; undefined when there is none of that name. */
export async function findAnalysis(cluster: Cluster, { namespace, name }: Named): Promise<AnalysisSeen | undefined> {
  const found = await cluster.client.get({ ...analysisRunType, namespace, name })
  return found && seenAnalysis(found)
}

/** Reads one AnalysisRun. Not there: a CliError that names the nearest one that is. */
export async function readAnalysis(cluster: Cluster, named: Named): Promise<AnalysisSeen> {
  const found = await findAnalysis(cluster, named)
  if (found) return found
  const { namespace, name } = named
  const meant = closest(
    name,
    (await readAnalyses(cluster, namespace)).map(({ metadata }) => metadata.name),
  )
  throw new CliError(`there is no AnalysisRun ${name} in namespace ${namespace}`, [
    meant ? `Did you mean ${meant}?` : `\`kubectl get analysisruns -n ${namespace}\` shows what is there; -n chooses the namespace.`,
  ])
}

/** All AnalysisRuns of a namespace, oldest first. `labelSelector` chooses some of them. */
export async function readAnalyses(cluster: Cluster, namespace: string, labelSelector?: string): Promise<AnalysisSeen[]> {
  const options = { namespace, ...(labelSelector === undefined ? {} : { labelSelector }) }
  const found = await cluster.client.list(analysisRunType, options).catch((error: unknown) => {
    throw error instanceof KubeError && error.notFound ? notServed(cluster.server) : error
  })
  const made = ({ metadata }: AnalysisSeen) => metadata.creationTimestamp ?? ''
  return found.map(seenAnalysis).sort((a, b) => (made(a) < made(b) ? -1 : made(a) > made(b) ? 1 : 0))
}

/** The analysis beside something else that is shown: what may not be read, or is gone, is left out. */
export async function glimpseAnalysis(cluster: Cluster, namespace: string, name: string | undefined): Promise<AnalysisSeen | undefined> {
  if (name === undefined) return undefined
  try {
    return await findAnalysis(cluster, { namespace, name })
  } catch (error) {
    const beside = error instanceof CliError || (error instanceof KubeError && (error.status === 403 || error.notFound))
    if (beside) return undefined
    throw error
  }
}

/** Checks an object of the API server's; one that cannot be understood is a CliError saying which field. */
function seenAnalysis(raw: KubeObject): AnalysisSeen {
  const metadata = { ...raw.metadata, namespace: raw.metadata.namespace ?? '' }
  const status = raw.status as { phase?: unknown } | undefined
  try {
    return {
      metadata,
      spec: AnalysisRunSpec.parse(raw.spec),
      status: status?.phase === undefined ? undefined : plainTexts(AnalysisRunStatus.parse(status)),
      raw,
    }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const [issue] = error.issues
    throw new CliError(
      `AnalysisRun ${metadata.namespace}/${metadata.name} is not as this version of serin knows it: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
      ['`serin version` compares this program with what the cluster serves; `-o yaml` of kubectl shows the object as it is.'],
    )
  }
}
