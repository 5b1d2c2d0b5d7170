import { apiVersion, type RolloutSpecInput } from '../../api/rollout.ts'
import { type Converter, type KubeObject, ofKind } from '../converter.ts'
import { metadataOf } from '../metadata.ts'
import type { Reading } from '../reading.ts'
import type { AnalysisHome } from './analysisUse.ts'
import { blueGreenOf } from './blueGreen.ts'
import { canaryOf, durationOf, type Strategy } from './canary.ts'
import { deploymentOf } from './deployment.ts'

/** With a template: the Deployment that it stood for, and a Rollout beside it. With workloadRef: the Rollout. */
export const rollout: Converter = {
  peer: 'argo',
  kind: 'Rollout of argoproj.io',
  accepts: ofKind('argoproj.io', 'Rollout'),
  convert(reading, context) {
    foreignAnnotations(reading.at('metadata', 'annotations'))
    const metadata = metadataOf(reading)
    if (!metadata) return []
    for (const key of Object.keys(metadata.annotations ?? {})) if (isForeign(key)) delete metadata.annotations?.[key]
    const spec = reading.at('spec')
    const workload = workloadOf(spec, metadata)
    if (!workload) return []
    const strategy = strategyOf(spec, {
      name: metadata.name,
      namespace: metadata.namespace,
      given: new Map(),
      value: reading.value,
      context,
    })
    const { name, namespace, labels } = metadata
    const own: KubeObject = {
      apiVersion,
      kind: 'Rollout',
      metadata: { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) },
      spec: { workload: { kind: 'Deployment', name: workload.name }, ...strategy, ...commonOf(spec, strategy) },
    }
    return [...(workload.made ? [workload.made] : []), own]
  },
}

function isForeign(annotation: string): boolean {
  return /^(rollout|notifications)\.argoproj\.io\//.test(annotation)
}

function foreignAnnotations(annotations: Reading): void {
  for (const [key, annotation] of annotations.fields()) {
    if (key.startsWith('notifications.argoproj.io/'))
      annotation.lost(
        'notifications by annotation',
        'write a Notifier: it tells of all Rollouts of its namespace, or of those that it names',
      )
    else if (isForeign(key)) annotation.changed('an annotation of the controller of Argo Rollouts')
  }
}

function workloadOf(spec: Reading, metadata: KubeObject['metadata']): { name: string; made?: KubeObject } | undefined {
  const ref = spec.at('workloadRef')
  if (ref.value === undefined) {
    if (spec.at('template').value === undefined)
      spec.say({
        severity: 'todo',
        what: 'it has neither a template nor a workloadRef',
        doInstead: `see that there is a Deployment ${metadata.name}`,
      })
    const made = spec.at('template').value === undefined ? undefined : deploymentOf(spec, metadata)
    return { name: metadata.name, ...(made ? { made } : {}) }
  }
  const kind = ref.at('kind').text() ?? 'Deployment'
  const name = ref.at('name').text()
  ref.at('apiVersion').take()
  if (kind !== 'Deployment' || name === undefined) {
    const found = `workloadRef names ${name === undefined ? 'nothing' : `a ${kind}`}`
    ref.say({
      severity: 'lost',
      what: `${found}, and Serin guards Deployments`,
      doInstead: 'make a Deployment of it, and write workload: {kind: Deployment, name: …}',
    })
    return undefined
  }
  const replicas = spec.at('replicas')
  replicas.todo(`the number of pods belongs to Deployment ${name}`, `write replicas: ${String(replicas.value)} there`)
  const scaleDown = ref.at('scaleDown').text()
  if (scaleDown !== 'never')
    ref.say({
      severity: 'todo',
      what: `Argo Rollouts may have scaled Deployment ${name} down`,
      doInstead: 'scale it up before you delete the Rollout of Argo',
    })
  for (const key of ['minReadySeconds', 'revisionHistoryLimit']) spec.at(key).todo(`${key} belongs to Deployment ${name}`, 'write it there')
  for (const [key, below] of [
    ['canary', 'maxSurge'],
    ['canary', 'maxUnavailable'],
    ['blueGreen', 'maxUnavailable'],
  ] as const)
    spec.at('strategy', key, below).todo(`${below} belongs to Deployment ${name}`, 'write it into its strategy, if it matters')
  spec.at('selector').changed(`the selector is that of Deployment ${name}`)
  return { name }
}

function strategyOf(spec: Reading, home: AnalysisHome): Strategy {
  const { canary, blueGreen } = Object.fromEntries(spec.at('strategy').fields())
  const found = canary ? canaryOf(canary, home) : blueGreen ? blueGreenOf(blueGreen, home) : undefined
  if (!found) return {}
  if (!found.analysis || home.given.size === 0) return found
  return { ...found, analysis: { ...found.analysis, args: Object.fromEntries(home.given) } }
}

/** What stands beside the strategy. */
function commonOf(spec: Reading, strategy: Strategy): Partial<RolloutSpecInput> {
  const deadline = spec.at('progressDeadlineSeconds').count()
  const revisions = spec.at('rollbackWindow', 'revisions').count()
  const paused = spec.at('paused').flag()
  if (revisions !== undefined && revisions > 50)
    spec.at('rollbackWindow', 'revisions').changed(`${revisions} revisions: Serin looks back at most 50`)
  if (spec.at('progressDeadlineAbort').flag() === false)
    spec.at('progressDeadlineAbort').changed('a run whose pods do not get ready always goes back')
  spec.at('restartAt').lost('restartAt is a command', 'say serin restart')
  spec.at('analysis').changed('analyses go when their run leaves the history', 'write historyLimit')
  const rollback = { ...strategy.rollback, ...(revisions === undefined ? {} : { window: Math.min(revisions, 50) }) }
  return {
    ...(Object.keys(rollback).length === 0 ? {} : { rollback }),
    ...(deadline === undefined || deadline === 0 ? {} : { progressDeadline: durationOf(deadline) }),
    ...(paused === true ? { paused } : {}),
  }
}
