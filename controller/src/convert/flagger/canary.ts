import type { MetricInput } from '../../api/metric.ts'
import { apiVersion, type RolloutSpecInput } from '../../api/rollout.ts'
import { type Converter, type KubeObject, ofKind } from '../converter.ts'
import { durationText, secondsOf } from '../durations.ts'
import { metadataOf } from '../metadata.ts'
import type { Reading } from '../reading.ts'
import { shareNotifiers } from './alerts.ts'
import { type Hooks, hooksOf } from './hooks.ts'
import { metricsOf } from './metrics.ts'
import { frontOf } from './service.ts'
import { stepsOf, weightsOf } from './steps.ts'
import { providerOf, type Target } from './target.ts'

/**
 * A Rollout, the AnalysisTemplates and MetricSources of its metrics, the Notifiers of its alerts, and the Service and HTTPRoute that Flagger generates. The strategy is derived as
 * Flagger does: iterations make blue/green (with match an A/B test, which Serin has not), else weights rise.
 */
export const canary: Converter = {
  peer: 'flagger',
  kind: 'Canary of flagger.app',
  accepts: ofKind('flagger.app', 'Canary'),
  convert(reading, context) {
    const metadata = metadataOf(reading)
    const spec = reading.at('spec')
    if (!metadata) return []
    const target = targetOf(spec, metadata)
    if (!target) return []
    const analysis = analysisOf(spec)
    const front = frontOf(spec, target, context)
    const metrics = metricsOf(spec, analysis.at('metrics').items(), target, context)
    const webhooks = analysis.at('webhooks').items()
    const hooks = hooksOf(
      webhooks,
      metrics.map(({ name }) => name),
    )
    if (metrics.length > 1)
      analysis.at('threshold').changed('failed checks are counted for each metric apart, where Flagger counts them together')
    notThere(spec, analysis)
    shareNotifiers(analysis.at('alerts'), target, context)
    const skipped = spec.at('skipAnalysis').flag() === true
    const switched = target.iterations !== undefined || skipped
    const plan = { target, metrics, hooks, skipped, analysis, spec }
    const strategy = switched ? blueGreen(plan) : canarySteps(plan)
    const rollout: RolloutSpecInput = {
      workload: { kind: 'Deployment', name: target.workload },
      service: target.service,
      ...(front.routes.length > 0 ? { traffic: { routes: front.routes.map((name) => ({ kind: 'HTTPRoute', name })) } } : {}),
      ...strategy.spec,
      ...runningOf(spec),
    }
    return [...front.objects, ...strategy.templates, { apiVersion, kind: 'Rollout', metadata, spec: rollout }]
  },
}

interface Plan {
  readonly target: Target
  readonly metrics: readonly MetricInput[]
  readonly hooks: Hooks
  readonly skipped: boolean
  readonly analysis: Reading
  readonly spec: Reading
}

type Strategy = { readonly spec: Pick<RolloutSpecInput, 'canary' | 'blueGreen' | 'analysis'>; readonly templates: KubeObject[] }

function targetOf(spec: Reading, { name, namespace }: KubeObject['metadata']): Target | undefined {
  const ref = spec.at('targetRef')
  ref.at('apiVersion').text()
  const kind = ref.at('kind').text()
  const workload = ref.at('name').text()
  if (kind !== 'Deployment' || workload === undefined) {
    const what =
      kind === 'Deployment'
        ? 'its targetRef has no name'
        : `it is of a ${kind ?? 'workload without a kind'}, and this version of Serin guards Deployments only`
    spec.lost(`nothing is made of it: ${what}`, kind === 'Deployment' ? 'name the Deployment' : 'leave it with Flagger')
    return undefined
  }
  const analysis = analysisOf(spec)
  const provider = providerOf(spec)
  const iterations = analysis.at('iterations').count()
  const written = analysis.at('interval').text()
  return {
    name,
    namespace,
    workload,
    service: spec.at('service', 'name').text() ?? workload,
    provider,
    interval: Math.max(10, (written === undefined ? undefined : secondsOf(written)) ?? 60),
    threshold: analysis.at('threshold').count() ?? 0,
    // With plain Kubernetes there are no weights: ten checks, then the switch.
    iterations: iterations !== undefined && iterations > 0 ? iterations : provider === 'kubernetes' ? 10 : undefined,
  }
}

function analysisOf(spec: Reading): Reading {
  return spec.at('analysis').value === undefined ? spec.at('canaryAnalysis') : spec.at('analysis')
}

function canarySteps({ target, metrics, hooks, analysis }: Plan): Strategy {
  const main = [...metrics, ...hooks.during]
  const [mainName, beforeName] = [target.name, `${target.name}-pre-rollout`]
  const weights = weightsOf(analysis)
  const steps = stepsOf(weights, hooks, target, hooks.before.length > 0 ? beforeName : undefined)
  const duration = durationText(target.interval)
  return {
    spec: {
      canary: { steps: steps.steps, scale: { match: 'full' } },
      ...(main.length > 0
        ? { analysis: { templates: [{ name: mainName }], warmup: '0s', bake: duration, onInconclusive: 'rollback' } }
        : {}),
    },
    templates: [...template(mainName, target, main), ...template(beforeName, target, hooks.before)],
  }
}

function blueGreen({ target, metrics, hooks, skipped, analysis, spec }: Plan): Strategy {
  const checks = target.iterations ?? 1
  const before = [...hooks.before, ...metrics, ...hooks.during]
  analysis
    .at('match')
    .lost(
      'an A/B test: Serin does not send some requests to the new version by their headers; here it gets none before the switch',
      'write canary.steps with weights instead of blueGreen, if its metrics need traffic',
    )
  for (const key of ['stepWeight', 'maxWeight', 'stepWeights'])
    analysis.at(key).changed('weights play no part here: Flagger switches at once')
  const asked = hooks.gates.has('promotion') || hooks.gates.has('increase')
  const waits = before.length === 0 && !skipped
  if (hooks.gates.has('start'))
    spec.say({
      severity: 'lost',
      what: 'blue/green does not wait before it starts the new version',
      doInstead: 'say serin promote before the switch',
    })
  if (skipped) {
    const named = before.length > 0 ? `: AnalysisTemplate ${target.name} is written and not used` : ''
    spec
      .at('skipAnalysis')
      .changed(`the new version is switched to when it is available${named}`, 'name the template in spec.analysis.before to use it')
  }
  const deadline = durationText(target.interval * (checks + target.threshold + 2))
  return {
    spec: {
      blueGreen: {
        ...(asked ? { approve: 'manual' as const } : {}),
        ...(waits && !asked ? { autoPromoteAfter: durationText(target.interval * checks) } : {}),
      },
      ...(before.length > 0 && !skipped
        ? { analysis: { before: { templates: [{ name: target.name }], deadline }, warmup: '0s', onInconclusive: 'rollback' as const } }
        : {}),
    },
    templates: template(target.name, target, before),
  }
}

/** An AnalysisTemplate, where there is something to measure. */
function template(name: string, { namespace, interval }: Target, metrics: readonly MetricInput[]): KubeObject[] {
  if (metrics.length === 0) return []
  const metadata = { name, ...(namespace ? { namespace } : {}) }
  return [{ apiVersion, kind: 'AnalysisTemplate', metadata, spec: { interval: durationText(interval), metrics } }]
}

/** Fields that a Rollout has too. */
function runningOf(spec: Reading): Pick<RolloutSpecInput, 'progressDeadline' | 'paused'> {
  const deadline = spec.at('progressDeadlineSeconds').count()
  const suspended = spec.at('suspend').flag()
  return {
    ...(deadline === undefined || deadline === 0 ? {} : { progressDeadline: durationText(deadline) }),
    ...(suspended ? { paused: true } : {}),
  }
}

function notThere(spec: Reading, analysis: Reading): void {
  const sticky = 'a client may meet both versions during a run'
  analysis.at('sessionAffinity').lost(sticky, 'keep both versions compatible, or release by blue/green')
  if (analysis.at('mirror').value === false) analysis.at('mirror').flag()
  for (const key of ['mirror', 'mirrorWeight']) analysis.at(key).lost('Serin does not mirror requests yet', 'begin with a weight of 1')
  for (const key of ['primaryReadyThreshold', 'canaryReadyThreshold'])
    analysis.at(key).changed('all pods of the new version must be available before traffic moves')
  if (analysis.at('stepWeightPromotion').count())
    analysis
      .at('stepWeightPromotion')
      .changed('a promotion moves no traffic back: the pods of the new version stay and become the stable ones')
  const scaler = spec.at('autoscalerRef')
  for (const key of ['primaryScalerQueries', 'primaryScalerReplicas'])
    scaler.at(key).lost('there is no second autoscaler for a copy of the workload', 'write it into the autoscaler itself')
  if (scaler.value !== undefined) {
    for (const key of ['apiVersion', 'kind', 'name']) scaler.at(key).text()
    scaler.say({
      severity: 'changed',
      what: 'the autoscaler stays on the Deployment, and there is no copy of it',
      doInstead: 'see that it is not left paused or scaled down by Flagger',
    })
  }
  for (const key of ['ingressRef', 'routeRef', 'upstreamRef'])
    spec.at(key).lost('Serin does not split it', 'write an HTTPRoute for the same host and Service')
  if (spec.at('revertOnDeletion').flag() === true)
    spec.at('revertOnDeletion').changed('without Serin a plain Deployment stays, so there is nothing to revert')
}
