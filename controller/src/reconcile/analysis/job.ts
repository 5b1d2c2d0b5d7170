import type { Metric } from '../../api/metric.ts'
import { fillTexts } from '../../evidence/resolve.ts'
import { KubeError } from '../../kube/errors.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { AnalysisObject } from '../../rollout/observed.ts'
import { conditionsOf } from '../../workload/conditions.ts'
import { shortHash } from '../../workload/hash.ts'
import { knownOf } from './words.ts'
import type { AnalysisWorld } from './world.ts'

export type JobOutcome = { state: 'over'; passed: boolean; said: string } | { state: 'running'; problem?: string }

/** How the Job of a metric stands; it is made when it is not there. It belongs to the AnalysisRun, and goes with it. */
export async function jobOutcome(run: AnalysisObject, metric: Metric, world: AnalysisWorld): Promise<JobOutcome> {
  const { uid } = run.metadata
  const ref = refOf(run, metric)
  const job = await world.client.get(ref)
  if (job) {
    if (!job.metadata.ownerReferences?.some((owner) => owner.uid === uid))
      return { state: 'running', problem: `Job ${ref.name} exists already and is not Serin's: rename or delete it` }
    return outcomeOf(job)
  }
  try {
    await world.client.create(jobObject(run, metric, ref.name))
    return { state: 'running' }
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    if (error.alreadyExists) return { state: 'running' }
    if (error.transient) throw error
    return { state: 'running', problem: `the API server refuses its Job: ${error.message}` }
  }
}

function jobObject(run: AnalysisObject, metric: Metric, name: string): KubeObject {
  const owner = { apiVersion: 'serin.dev/v1alpha1', kind: 'AnalysisRun', name: run.metadata.name, uid: run.metadata.uid }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: run.metadata.namespace,
      annotations: { 'serin.dev/metric': metric.name },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: false }],
    },
    spec: fillTexts(metric, knownOf(run)).job?.template ?? {},
  }
}

function refOf({ metadata: { namespace, name } }: AnalysisObject, metric: Metric) {
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name: `${name.slice(0, 52)}-${shortHash(metric.name).slice(0, 8)}` }
}

/** Jobs of an analysis that is over before they are: nobody waits for them any more. Those that ended stay, for a look at them. */
export async function endJobs(run: AnalysisObject, { client, log }: AnalysisWorld): Promise<void> {
  for (const metric of run.spec.metrics.filter(({ job }) => job)) {
    const ref = refOf(run, metric)
    try {
      const job = await client.get(ref)
      if (
        job?.metadata.uid &&
        outcomeOf(job).state === 'running' &&
        job.metadata.ownerReferences?.some(({ uid }) => uid === run.metadata.uid)
      )
        await client.delete(ref, { uid: job.metadata.uid, propagation: 'Background' })
    } catch (error) {
      log.warn({ err: error, job: ref.name }, 'a Job of an analysis that is over could not be deleted')
    }
  }
}

function outcomeOf(job: KubeObject): JobOutcome {
  const { metadata } = job
  const so = (type: string) => conditionsOf(job).find((condition) => condition.type === type && condition.status === 'True')
  if (so('Complete')) return { state: 'over', passed: true, said: `Job ${metadata.name} succeeded` }
  const failed = so('Failed')
  if (failed)
    return { state: 'over', passed: false, said: `Job ${metadata.name} failed: ${(failed.message || failed.reason) ?? 'no reason given'}` }
  return { state: 'running' }
}
