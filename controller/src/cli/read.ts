import { z } from 'zod'
import { apiVersion, RolloutSpec } from '../api/rollout.ts'
import { RolloutStatus } from '../api/rolloutStatus.ts'
import { closest } from '../api/suggest.ts'
import { KubeError } from '../kube/errors.ts'
import type { KubeObject, ObjectMeta } from '../kube/types.ts'
import { conditionsOf } from '../workload/conditions.ts'
import { templateHash } from '../workload/deployment.ts'
import { hashLabel, rolloutLabel } from '../workload/view.ts'
import { type AnalysisSeen, glimpseAnalysis } from './analyses/read.ts'
import type { Cluster } from './cluster.ts'
import { CliError } from './exit.ts'
import { notServed } from './kubeErrors.ts'
import { plainTexts } from './plainTexts.ts'
import { lastEntry } from './render/words.ts'
import { selectorText } from './selector.ts'

const rolloutType = { apiVersion, kind: 'Rollout' } as const

/** A Rollout as the verbs see it: checked and with its defaults; `raw` is what the API server gave. */
export interface RolloutSeen {
  metadata: ObjectMeta & { namespace: string }
  spec: RolloutSpec
  status: RolloutStatus | undefined
  raw: KubeObject
}

/** A Rollout and what hangs on it, read at one moment. */
export interface Snapshot {
  rollout: RolloutSeen
  /** Absent: there is none of that name. */
  workload: KubeObject | undefined
  /** ReplicaSets of the workload and of the Rollout. */
  sets: KubeObject[]
  pods: KubeObject[]
  /** The analysis of the run under way, else of the newest one that ended; absent where there is none, or it may not be read. */
  analysis?: AnalysisSeen | undefined
}

export interface Named {
  namespace: string
  name: string
}

/** Reads one Rollout. Not there: a CliError that names the nearest one that is. */
export async function readRollout(cluster: Cluster, { namespace, name }: Named): Promise<RolloutSeen> {
  const found = await cluster.client.get({ ...rolloutType, namespace, name })
  if (found) return seen(found)
  const there = (await readRollouts(cluster, namespace)).map((rollout) => rollout.metadata.name)
  const meant = closest(name, there)
  throw new CliError(`there is no Rollout ${name} in namespace ${namespace}`, [
    meant
      ? `Did you mean ${meant}?`
      : `\`serin list -n ${namespace}\` shows what is there, \`serin list -A\` what is elsewhere; -n chooses the namespace.`,
  ])
}

/** All Rollouts of a namespace, or of all; by namespace and name. */
export async function readRollouts(cluster: Cluster, namespace: string | undefined): Promise<RolloutSeen[]> {
  const found = await cluster.client.list(rolloutType, namespace === undefined ? {} : { namespace }).catch((error: unknown) => {
    throw error instanceof KubeError && error.notFound ? notServed(cluster.server) : error
  })
  return found.map(seen).sort((a, b) => order(a.metadata.namespace, b.metadata.namespace) || order(a.metadata.name, b.metadata.name))
}

/** The workload of a Rollout, or undefined when there is none of that name. */
export function readWorkload(cluster: Cluster, rollout: RolloutSeen): Promise<KubeObject | undefined> {
  const { kind, name } = rollout.spec.workload
  return cluster.client.get({ apiVersion: 'apps/v1', kind, namespace: rollout.metadata.namespace, name })
}

/** The analysis of the run under way, else of the newest one that ended, as far as it can be read. */
export function readItsAnalysis(cluster: Cluster, { metadata, status }: RolloutSeen): Promise<AnalysisSeen | undefined> {
  const name = status?.run ? status.run.analysis?.name : status && lastEntry(status)?.analysis
  return glimpseAnalysis(cluster, metadata.namespace, name)
}

/** Reads a Rollout with its workload, ReplicaSets, pods and analysis: five requests at most. */
export async function readSnapshot(cluster: Cluster, named: Named): Promise<Snapshot> {
  const rollout = await readRollout(cluster, named)
  const workload = await readWorkload(cluster, rollout)
  const { namespace } = named
  const labelSelector = workload ? selectorText((workload.spec as { selector?: unknown }).selector) : `${rolloutLabel}=${named.name}`
  const [allSets, allPods, analysis] = await Promise.all([
    cluster.client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace, labelSelector }),
    workload ? cluster.client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }) : Promise.resolve([]),
    readItsAnalysis(cluster, rollout),
  ])
  const owners = new Set([workload?.metadata.uid, rollout.metadata.uid])
  const sets = allSets.filter((set) => ownedBy(set, owners))
  const uids = new Set(sets.map((set) => set.metadata.uid))
  return { rollout, workload, sets, pods: allPods.filter((pod) => ownedBy(pod, uids)), analysis }
}

/** Hash of the template that the workload asks for now. */
export function presentTemplate(workload: KubeObject): string {
  return templateHash((workload.spec as { template: object }).template)
}

/** Whether the workload's own controller is stopped. */
export function isHeld(workload: KubeObject): boolean {
  return (workload.spec as { paused?: boolean }).paused === true
}

/** When the template was last written, as far as the API server noted it: by whoever owns a field of it, else when the workload was first held. */
export function templateWrittenAt(workload: KubeObject): string | undefined {
  const fields = (workload.metadata.managedFields ?? []) as { time?: string; fieldsV1?: { 'f:spec'?: { 'f:template'?: unknown } } }[]
  const times = fields.flatMap(({ time, fieldsV1 }) => (time !== undefined && fieldsV1?.['f:spec']?.['f:template'] ? [time] : []))
  return times.sort().at(-1) ?? conditionsOf(workload).find(({ reason }) => reason === 'DeploymentPaused')?.lastUpdateTime
}

export function hashOf(set: KubeObject): string {
  return set.metadata.labels?.[hashLabel] ?? ''
}

/** Takes `rollout/NAME`, `sro/NAME` and plain `NAME`, as kubectl does. */
export function plainName(typed: string): string {
  return typed.replace(/^(sro|rollouts?(\.serin\.dev)?)\//i, '')
}

/** Checks an object of the API server's; one that cannot be understood is a CliError saying which field. */
function seen(raw: KubeObject): RolloutSeen {
  const metadata = { ...raw.metadata, namespace: raw.metadata.namespace ?? '' }
  try {
    return {
      metadata,
      spec: RolloutSpec.parse(raw.spec),
      status: raw.status === undefined ? undefined : plainTexts(RolloutStatus.parse(raw.status)),
      raw,
    }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const issue = error.issues[0]
    const path = issue?.path.map(String).join('.') ?? ''
    throw new CliError(
      `Rollout ${metadata.namespace}/${metadata.name} is not as this version of serin knows it: ${path}: ${issue?.message ?? ''}`,
      ['`serin version` compares this program with what the cluster serves; `-o yaml` of kubectl shows the object as it is.'],
    )
  }
}

function ownedBy(object: KubeObject, uids: ReadonlySet<string | undefined>): boolean {
  return (object.metadata.ownerReferences ?? []).some((owner) => uids.has(owner.uid))
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
