import { apiVersion, mostSteps, type RolloutSpecInput } from '../../api/rollout.ts'
import { type Context, type Converter, type KubeObject, ofKind } from '../converter.ts'
import { durationText } from '../durations.ts'
import { metadataOf } from '../metadata.ts'
import type { Reading } from '../reading.ts'
import { type Steps, stepsOf } from './steps.ts'
import { routingOf, routingsIn, trafficOf } from './traffic.ts'

const prefix = 'rollouts.kruise.io/'

/** A Rollout for the same Deployment. Steps of Kruise become scale, weight and pause; blue/green with traffic in between is a canary too. */
export const rollout: Converter = {
  peer: 'kruise',
  kind: 'Rollout of rollouts.kruise.io',
  accepts: ofKind('rollouts.kruise.io', 'Rollout'),
  convert(reading, context) {
    const metadata = metadataOf(reading)
    const spec = reading.at('spec')
    if (!metadata) return []
    const own = annotationsOf(reading, metadata)
    const workload = workloadOf(spec)
    if (workload === undefined) return []
    if (spec.at('disabled').flag() === true) {
      spec.lost(
        'nothing is made of it, because it is disabled: a Rollout of Serin guards as soon as it is there',
        'set disabled: false, and convert it again',
      )
      return []
    }
    const strategy = strategyOf(spec)
    const traffic = trafficOf(routedBy(strategy, own, context))
    const steps = stepsOf(strategy.at('steps'), traffic.traffic?.routes !== undefined)
    if (steps.steps.length > mostSteps) {
      strategy.at('steps').lost(`these make ${steps.steps.length} steps, and a Rollout has at most ${mostSteps}`, 'write fewer')
      return []
    }
    if (!traffic.traffic?.routes && steps.steps.some(({ weight = 0 }) => weight > 50))
      strategy.at('steps').say({
        severity: 'changed',
        what: 'pods of the new version come beside the old ones, at most as many, so without routes a weight above 50 is 50',
        doInstead: 'see that there is room for twice the pods, or write handOver: {at: 50}',
      })
    notThere(strategy)
    const paused = spec.at('strategy', 'paused').flag() === true
    const made: RolloutSpecInput = {
      workload: { kind: 'Deployment', name: workload },
      ...traffic,
      ...released(steps, traffic.service, strategy),
      ...(paused ? { paused } : {}),
    }
    return [{ apiVersion, kind: 'Rollout', metadata: own.metadata, spec: made }]
  },
}

interface Own {
  readonly metadata: KubeObject['metadata']
  /** The TrafficRouting that it joins, by annotation. */
  readonly routing: string | undefined
}

/** Annotations that only Kruise understands do not go on. */
function annotationsOf(reading: Reading, metadata: KubeObject['metadata']): Own {
  const { annotations = {}, ...rest } = metadata
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith(prefix))
  const at = (key: string) => reading.at('metadata', 'annotations', prefix + key)
  if (annotations[`${prefix}rollback-in-batch`] === 'true')
    at('rollback-in-batch').lost('a rollback moves all traffic back at once, to pods that are still there', '')
  const known = ['rollback-in-batch', 'rolling-style', 'trafficrouting'].map((key) => prefix + key)
  for (const key of Object.keys(annotations))
    if (key.startsWith(prefix) && !known.includes(key)) at(key.slice(prefix.length)).lost('only Kruise understands it', '')
  return {
    metadata: { ...rest, ...(kept.length > 0 ? { annotations: Object.fromEntries(kept) } : {}) },
    routing: annotations[`${prefix}trafficrouting`],
  }
}

function workloadOf(spec: Reading): string | undefined {
  const ref = spec.at('workloadRef').value === undefined ? spec.at('objectRef', 'workloadRef') : spec.at('workloadRef')
  spec.at('objectRef', 'type').text()
  const [version, kind, name] = ['apiVersion', 'kind', 'name'].map((key) => ref.at(key).text())
  if (
    kind === 'Deployment' &&
    name !== undefined &&
    (version === undefined || version.startsWith('apps/') || version.startsWith('extensions/'))
  )
    return name
  const of =
    kind === 'Deployment' && name === undefined
      ? 'a Deployment without a name'
      : `a ${kind ?? 'workload without a kind'} of ${version ?? 'no apiVersion'}`
  spec.lost(`nothing is made of it: it is of ${of}, and this version of Serin guards Deployments only`, 'leave it with Kruise')
  return undefined
}

/** canary or blueGreen; the first versions said canaryPlan. */
function strategyOf(spec: Reading): Reading {
  const strategy = spec.at('strategy')
  strategy.at('type').text()
  return (
    ['blueGreen', 'canary', 'canaryPlan'].map((key) => strategy.at(key)).find(({ value }) => value !== undefined) ?? strategy.at('canary')
  )
}

function routedBy(strategy: Reading, own: Own, context: Context): Reading[] {
  const single = strategy.at('trafficRouting')
  const listed = strategy.at('trafficRoutings').items()
  const ref = strategy.at('trafficRoutingRef')
  const name = ref.text() ?? own.routing
  const found = routingOf(name, context)
  if (name !== undefined && !found)
    ref.say({ severity: 'todo', what: `TrafficRouting ${name} is not among the files`, doInstead: 'convert it together with the Rollout' })
  return [...listed, ...(single.value === undefined ? [] : [single]), ...(found ? routingsIn(found) : [])]
}

function released(
  { steps, switches }: Steps,
  service: string | undefined,
  strategy: Reading,
): Pick<RolloutSpecInput, 'canary' | 'blueGreen'> {
  if (!switches) return { canary: { steps: [...steps] } }
  const { size, pause } = switches
  if (service === undefined) {
    strategy.say({ severity: 'todo', what: 'there is no Service to switch', doInstead: 'write spec.service' })
    return { canary: { steps: [{ scale: { percent: 100 } }, { pause: {} }] } }
  }
  if (size && 'percent' in size && size.percent < 100)
    strategy.say({
      severity: 'changed',
      what: `before the switch all pods are there, not ${size.percent} %`,
      doInstead: 'write blueGreen.previewReplicas',
    })
  return {
    blueGreen: {
      ...(size && 'replicas' in size && size.replicas > 0 ? { previewReplicas: size.replicas } : {}),
      ...(pause === 'manual' ? { approve: 'manual' as const } : {}),
      ...(typeof pause === 'number' && pause > 0 ? { autoPromoteAfter: durationText(pause) } : {}),
    },
  }
}

function notThere(strategy: Reading): void {
  strategy.at('enableExtraWorkloadForCanary').flag()
  strategy.at('failureThreshold').lost('every pod of the new version must be available, within progressDeadline', '')
  strategy
    .at('patchPodTemplateMetadata')
    .lost('pods of the new version are exactly those of the template', 'write labels and annotations into the template')
  if (strategy.at('disableGenerateCanaryService').flag() === true)
    strategy.at('disableGenerateCanaryService').changed('with routes a Service <service>-canary is made for each run')
}
