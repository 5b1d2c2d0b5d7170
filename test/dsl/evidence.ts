import type { Json } from '../cluster/apiClient.ts'
import { rolloutOf } from './sight.ts'
import { told, Unexpected, type World } from './world.ts'

const apiVersion = 'serin.dev/v1alpha1'

/** Metrics that every pod of the embedded cluster shows. */
export const errors: Json = {
  name: 'errors',
  ratio: {
    bad: 'http_requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}",code=~"5.."}',
    total: 'http_requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}"}',
  },
}
export const latency: Json = {
  name: 'latency',
  histogram: { query: 'http_request_duration_seconds_bucket{namespace="{{namespace}}",pod=~"{{arm.pods}}"}' },
}
export const memory: Json = {
  name: 'memory',
  gauge: { query: 'container_memory_working_set_bytes{namespace="{{namespace}}",pod=~"{{arm.pods}}"}' },
}
/** One number: the share of errors of the new version, over the last minute. */
export const limit: Json = {
  name: 'limit',
  threshold: {
    query:
      'sum(rate(http_requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}",code=~"5.."}[1m])) / sum(rate(http_requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}"}[1m])) or vector(0)',
    pass: 'value < 0.02',
  },
}

export function sourceObject(more: Json = {}): Json {
  return {
    apiVersion,
    kind: 'MetricSource',
    metadata: { name: 'default' },
    spec: { prometheus: { url: 'http://prometheus.test' }, lag: '1s', timeout: '2s', ...more },
  }
}

export function templateObject(metrics: Json[], { name = 'http', interval = '15s', ...spec }: Json = {}): Json {
  return { apiVersion, kind: 'AnalysisTemplate', metadata: { name }, spec: { interval, metrics, ...spec } }
}

/** What a Rollout says of an analysis by template http. */
const analysis = (more: Json = {}): Json => ({ templates: [{ name: 'http' }], warmup: '0s', bake: '1m', deadline: '1h', ...more })

/** The analysis of a run, by its name or as the run shows it. */
export async function analysisOf(world: World, name?: string): Promise<Json> {
  const known = name ?? (await rolloutOf(world))?.status?.run?.analysis?.name
  return known === undefined ? undefined : await world.api.get('AnalysisRun', known)
}

/** Lets time pass, a second at a time, until the run under way is over; the newest entry of the history. */
export async function ended(world: World, within: number): Promise<Json> {
  const began = world.cluster.clock.now()
  // A change that was made just now has no run yet.
  await world.cluster.until(async () => ((await rolloutOf(world))?.status?.run ? undefined : 'no run'), 5_000)
  for (;;) {
    const { status } = (await rolloutOf(world)) ?? {}
    if (status && !status.run && status.history?.length > 0) return status.history[0]
    if (world.cluster.clock.now() - began > within)
      throw new Unexpected(
        `expected the run to end within ${within / 60_000} min; it waits for ${told(status?.run?.waiting)}, ${told(status?.run?.analysis)}`,
      )
    await world.cluster.pass(1_000)
    world.invariants.check()
  }
}

/** The same, and it must have ended so. */
export async function endedAs(world: World, result: string, within: number, because: RegExp | string = ''): Promise<Json> {
  const last = await ended(world, within)
  const right = typeof because === 'string' ? last.because.includes(because) : because.test(last.because)
  if (last.result !== result || !right) throw new Unexpected(`expected ${result} (${because}); it was ${last.result}: ${last.because}`)
  return last
}

/** Bad answers that callers at the gateway got from a version. */
export function badAnswers(world: World, version: string): number {
  return (world.cluster.inside?.load.counts() ?? [])
    .filter((count) => count.client === 'gateway' && count.version === version && count.code >= 500)
    .reduce((sum, { count }) => sum + count, 0)
}

/** Deployment, Service, route, source, template, a Healthy Rollout with an analysis, and traffic of 100 requests a second at the gateway. */
export async function shopWithAnalysis(
  { given, world }: { given: { [word: string]: (...options: never[]) => Promise<unknown> }; world: World },
  { metrics = [errors, latency], use = {}, spec = {}, rps = 100, historyMs = 600_000, template = {}, source = {} }: Json = {},
): Promise<void> {
  world.cluster.inside?.images.set('demo:v1', { errorRate: 0.005 })
  world.cluster.inside?.images.set('demo:v2', { errorRate: 0.005 })
  await world.api.create(sourceObject(source))
  await world.api.create(templateObject(metrics, template))
  await given.deployment?.({ replicas: 4, preStopSeconds: 2 } as never)
  await given.service?.()
  await given.httpRoute?.()
  await given.rollout?.({ analysis: analysis(use), ...spec } as never)
  await given.traffic?.({ rps } as never)
  // Enough for the judge to learn how much like pods differ.
  await world.cluster.pass(historyMs)
}
