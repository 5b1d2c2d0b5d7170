import type { RolloutSpecInput } from '../../api/rollout.ts'
import { durationText } from '../durations.ts'
import type { Reading } from '../reading.ts'
import { type AnalysisHome, analysisUse } from './analysisUse.ts'
import { stepsOf } from './steps.ts'
import { routingOf } from './trafficRouting.ts'

/** The parts of a Rollout's spec that follow from a strategy. */
export type Strategy = Pick<RolloutSpecInput, 'service' | 'traffic' | 'canary' | 'blueGreen' | 'analysis' | 'keepOld'> & {
  rollback?: { keepCanaryFor?: string }
}

/** `strategy.canary`. Arguments of its analysis are added to those given. */
export function canaryOf(canary: Reading, home: AnalysisHome): Strategy {
  const service = serviceOf(canary)
  const { routes, maxWeight } = routingOf(canary.at('trafficRouting'), service, home.namespace)
  // Its arguments are given to all analyses of the Rollout: first it, then the steps.
  const background = canary.at('analysis')
  const templates = background.value === undefined ? [] : analysisUse(background, home.given)
  const { steps, numbers } = stepsOf(canary.at('steps'), maxWeight, home)
  const minPods = canary.at('minPodsPerReplicaSet').count()
  for (const [key, what, instead] of without) canary.at(key).lost(what, instead)
  if (canary.at('dynamicStableScale').flag() === true)
    canary
      .at('dynamicStableScale')
      .changed('the old version keeps all its pods until the hand-over', 'write handOver: {at: 50}, if a run may not need twice the pods')
  if (steps.length === 0)
    canary.say({
      severity: 'changed',
      what: 'it has no steps that Serin knows: the default ramp takes 1, 5, 25 and 50 %, 5 minutes each',
      doInstead: 'write canary: {steps: …} for others',
    })
  else if (routes.length === 0)
    canary.at('steps').say({
      severity: 'changed',
      what: 'without a route the weights follow from the number of pods, and stop at half',
      doInstead: 'name an HTTPRoute in spec.traffic.routes for exact ones',
    })
  if (routes.length > 0 && service === undefined)
    canary.say({
      severity: 'lost',
      what: 'routes without a stableService: they are left out',
      doInstead: 'write spec.service and spec.traffic.routes',
    })
  const from = firstStep(background.at('startingStep'), numbers, steps.length)
  const analysis = templates.length === 0 ? undefined : { templates: templates.slice(0, 20), ...(from === undefined ? {} : { from }) }
  return {
    ...(service === undefined ? {} : { service }),
    ...(routes.length === 0 || service === undefined ? {} : { traffic: { routes } }),
    ...(steps.length === 0 && minPods === undefined
      ? {}
      : { canary: { ...(steps.length === 0 ? {} : { steps }), ...(minPods === undefined || minPods < 1 ? {} : { scale: { minPods } }) } }),
    ...(analysis ? { analysis } : {}),
    ...delaysOf(canary),
  }
}

function serviceOf(canary: Reading): string | undefined {
  const stable = canary.at('stableService').text()
  const canaryService = canary.at('canaryService')
  const made = canaryService.text()
  if (made !== undefined)
    canaryService.todo(
      `Serin makes the Service of the canary for the run: ${made} is not needed`,
      'delete it after the move, and take it out of the backendRefs of routes',
    )
  const [ping, pong] = ['pingService', 'pongService'].map((key) => canary.at('pingPong', key).text())
  if (ping === undefined) return stable
  canary.at('pingPong').todo(`Serin keeps one Service: ${ping} stays, ${pong ?? 'the other'} is not needed`, 'delete it after the move')
  return stable ?? ping
}

const without = [
  [
    'canaryMetadata',
    'labels and annotations by role',
    'pods of both versions carry the labels of the template; queries tell them apart by {{arm.pods}}',
  ],
  [
    'stableMetadata',
    'labels and annotations by role',
    'pods of both versions carry the labels of the template; queries tell them apart by {{arm.pods}}',
  ],
  ['antiAffinity', 'anti-affinity between versions', 'write topologySpreadConstraints into the template'],
  ['scaleDownDelayRevisionLimit', 'only the previous version stays warm', ''],
  ['replicaProgressThreshold', 'all pods of a version have to be ready', ''],
] as const

/** Delays that canaries and blue/green share. */
export function delaysOf(strategy: Reading): Pick<Strategy, 'keepOld' | 'rollback'> {
  const keepOld = strategy.at('scaleDownDelaySeconds').count()
  const aborted = strategy.at('abortScaleDownDelaySeconds')
  const kept = aborted.count()
  if (kept === 0)
    aborted.changed('0 keeps the refused version for ever; with Serin it goes after 30 s', 'write a long rollback.keepCanaryFor')
  return {
    ...(keepOld === undefined ? {} : { keepOld: durationOf(keepOld) }),
    ...(kept === undefined || kept === 0 ? {} : { rollback: { keepCanaryFor: durationOf(kept) } }),
  }
}

/** A duration of Serin is at most eleven years. */
export function durationOf(seconds: number): string {
  return durationText(Math.min(seconds, 99_999_999))
}

/** The number of the step of ours that stands for the step with that index. */
function firstStep(starting: Reading, numbers: readonly number[], steps: number): number | undefined {
  const index = starting.count()
  if (index === undefined) return undefined
  const from = numbers[index]
  if (from !== undefined && from <= steps) return from
  starting.lost(`there is no step ${index}`, 'write spec.analysis.from, counted from 1')
  return undefined
}
