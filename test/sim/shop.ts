import type { Json } from '../cluster/apiClient.ts'
import { deploymentObject, imageOf, serviceObject } from '../dsl/objects.ts'
import type { Draw } from './random.ts'

export type RouteKind = 'HTTPRoute' | 'GRPCRoute' | 'TCPRoute' | 'TLSRoute'

/** One service of the simulated company, and how it is released. */
export interface Shop {
  name: string
  /** Which of the plan's namespaces. */
  namespace: number
  replicas: number
  /** What moves its traffic. */
  mode: 'Routes' | 'Switch' | 'Pods'
  routes: RouteKind[]
  /** The spec of its Rollout, as people write it. */
  rollout: Json
  /** How its manifests get into the cluster. */
  by: 'kubectl' | 'gitops'
  preStopSeconds: number
  minReadySeconds: number
  /** Of the Deployment; its default when left out. */
  strategy?: Json
  /** Rules of an HTTPRoute. */
  rules: number
}

const stepKinds = ['weight', 'scale', 'pause', 'pauseFor', 'analyze'] as const
export type StepKind = (typeof stepKinds)[number]

export const seconds = (n: number) => `${n}s`

function drawStep(kind: StepKind, draw: Draw): Json {
  switch (kind) {
    case 'weight':
      return { weight: draw.pick([1, 5, 10, 20, 33, 50, 80, 100]) }
    case 'scale':
      return { scale: draw.pick<Json>([{ replicas: draw.whole(0, 6) }, { percent: draw.pick([0, 10, 50, 100]) }, { matchTraffic: true }]) }
    case 'pause':
      return { pause: {} }
    case 'pauseFor':
      return { pause: { for: seconds(draw.whole(1, 4)) } }
    case 'analyze':
      return draw.chance(0.5)
        ? { analyze: { templates: [{ name: draw.pick(['check', 'ask']) }], atMost: '1m' } }
        : { analyze: { atMost: '1m' } }
  }
}

/** Steps of a canary; with `must` one of that kind is among them. */
export function drawSteps(draw: Draw, must?: StepKind): Json[] {
  const kinds = Array.from({ length: draw.whole(1, 4) }, () =>
    draw.weighed<StepKind>([
      [6, 'weight'],
      [2, 'scale'],
      [1, 'pause'],
      [3, 'pauseFor'],
    ]),
  )
  if (must !== undefined) kinds.splice(draw.whole(0, kinds.length), 0, must)
  let weight = 0
  const steps = kinds.map((kind) => drawStep(kind, draw))
  // Mostly rising, as people write them.
  if (draw.chance(0.8))
    for (const step of steps)
      if (step.weight !== undefined) {
        weight = Math.max(weight, step.weight)
        step.weight = weight
      }
  return steps
}

/** A kind of step that a shop's run must have: a written one, or one that follows from an analysis. */
export type Must = StepKind | 'evidence' | 'before' | 'after'

/** A shop; with `must` its run has such a step. */
export function drawShop(name: string, namespace: number, draw: Draw, must?: Must): Shop {
  const written = stepKinds.find((kind) => kind === must)
  const strategy = written
    ? 'steps'
    : must === 'before' || must === 'after'
      ? 'blueGreen'
      : draw.weighed<'steps' | 'ramp' | 'blueGreen'>([
          [6, 'steps'],
          [2, 'ramp'],
          [must === undefined ? 2 : 0, 'blueGreen'],
        ])
  const mode =
    strategy === 'blueGreen'
      ? draw.chance(0.3)
        ? 'Routes'
        : 'Switch'
      : draw.weighed([
          [6, 'Routes'],
          [3, 'Pods'],
        ] as const)
  const routes: RouteKind[] =
    mode === 'Routes'
      ? draw.weighed<RouteKind[]>([
          [6, ['HTTPRoute']],
          [2, ['GRPCRoute']],
          [1, ['TCPRoute']],
          [1, ['TLSRoute']],
          [1, ['HTTPRoute', 'GRPCRoute']],
        ])
      : []
  const analysis = must === 'analyze' || must === 'evidence' || draw.chance(0.15)
  const withService = mode !== 'Pods' || draw.chance(0.5)
  const canary = strategy === 'steps' ? { steps: drawSteps(draw, written) } : strategy === 'ramp' ? { ramp: drawRamp(draw) } : undefined
  const stopgap = strategy === 'blueGreen' ? drawGates(draw, must) : analysis ? drawAnalysis(draw, canary?.steps?.length) : undefined
  const recreate = draw.chance(0.06)
  const rollout: Json = {
    ...(withService ? { service: name } : {}),
    ...(canary ? { canary: { ...canary, ...canaryExtras(draw, mode) } } : { blueGreen: drawBlueGreen(draw, name) }),
    ...(stopgap ? { analysis: stopgap } : {}),
    traffic: {
      drain: seconds(draw.whole(0, 2)),
      ...(routes.length > 0 ? { routes: routes.map((kind) => ({ kind, name })) } : {}),
      verify: { timeout: seconds(draw.whole(4, 8)), settle: seconds(draw.whole(0, 1)) },
    },
    rollback: {
      keepCanaryFor: seconds(draw.whole(0, 2)),
      ...(draw.chance(0.2) ? { revertTemplate: true } : {}),
      ...(draw.chance(0.2) ? { fast: false } : {}),
      ...(draw.chance(0.2) ? { window: draw.whole(0, 2) } : {}),
    },
    keepOld: seconds(draw.whole(0, 4)),
    progressDeadline: seconds(draw.whole(5, 9)),
    ...(draw.chance(0.2) ? { historyLimit: draw.whole(0, 2) } : {}),
    ...(mode !== 'Switch' && draw.chance(0.1) ? { handOver: { at: draw.pick([1, 50, 80]) } } : {}),
    ...(recreate ? { allowOverlap: true } : {}),
    ...(draw.chance(0.04) ? { paused: true } : {}),
  }
  return {
    name,
    namespace,
    replicas: draw.weighed<number>([
      [1, 0],
      [2, 1],
      [6, draw.whole(2, 4)],
      [0.7, draw.whole(5, 12)],
    ]),
    mode,
    routes,
    rollout,
    by: draw.chance(0.5) ? 'kubectl' : 'gitops',
    preStopSeconds: draw.chance(0.3) ? draw.whole(1, 3) : 0,
    minReadySeconds: draw.chance(0.15) ? draw.whole(1, 2) : 0,
    ...(recreate ? { strategy: { type: 'Recreate' } } : draw.chance(0.2) ? { strategy: drawRolling(draw) } : {}),
    rules: draw.chance(0.2) ? 2 : 1,
  }
}

function canaryExtras(draw: Draw, mode: Shop['mode']): Json {
  return {
    ...(mode === 'Routes' && draw.chance(0.15) ? { baseline: 'fresh' } : {}),
    ...(draw.chance(0.3) ? { scale: { minPods: draw.whole(1, 3), match: draw.pick(['traffic', 'full']) } } : {}),
  }
}

function drawRamp(draw: Draw): Json {
  return {
    weights: draw.pick([[50], [10, 50], [1, 25, 60]]),
    interval: seconds(draw.whole(1, 3)),
    ...(draw.chance(0.3) ? { budget: draw.pick(['1%', '100%']) } : {}),
  }
}

function drawRolling(draw: Draw): Json {
  return {
    type: 'RollingUpdate',
    rollingUpdate: draw.pick<Json>([{ maxSurge: 1, maxUnavailable: 0 }, { maxSurge: 0, maxUnavailable: 1 }, { maxSurge: '100%' }]),
  }
}

function drawBlueGreen(draw: Draw, name: string): Json {
  return {
    ...(draw.chance(0.4) ? { previewReplicas: draw.whole(1, 3) } : {}),
    ...(draw.chance(0.4) ? { approve: 'manual' } : {}),
    ...(draw.chance(0.3) ? { autoPromoteAfter: seconds(draw.whole(1, 4)) } : {}),
    ...(draw.chance(0.1) ? { previewService: `${name}-preview` } : {}),
  }
}

/** Analyses around the switch. */
function drawGates(draw: Draw, must: Must | undefined): Json | undefined {
  const gate = () => ({ templates: [{ name: draw.pick(['check', 'ask']) }], deadline: draw.pick(['1m', '5m']) })
  const around = {
    ...(must === 'before' || draw.chance(0.1) ? { before: gate() } : {}),
    ...(must === 'after' || draw.chance(0.15) ? { after: gate() } : {}),
  }
  return Object.keys(around).length > 0 ? around : undefined
}

function drawAnalysis(draw: Draw, steps: number | undefined): Json {
  return {
    templates: [{ name: 'http' }],
    warmup: draw.pick(['0s', '5s']),
    ...(steps !== undefined && draw.chance(0.2) ? { from: draw.whole(1, steps) } : {}),
    ...(draw.chance(0.2) ? { alpha: 0.1, beta: 0.2 } : {}),
    bake: draw.pick(['30s', '1m']),
    deadline: '2m',
    onInconclusive: draw.pick(['pause', 'promote', 'rollback']),
    onNoData: draw.pick(['pause', 'rollback', 'ignore']),
  }
}

const gateway = 'gateway'
/** What nobody but the metric source may ever see. */
export const sourceToken = 'token-that-stays-secret'

/** So long after the end of an interval its data are said to be there. */
export const sourceLagMs = 1_000

/** Whatever a namespace has once: a gateway, a metric source, templates. */
export function furniture(): Json[] {
  const listeners = [
    { name: 'http', port: 80, protocol: 'HTTP' },
    { name: 'tcp', port: 90, protocol: 'TCP' },
    { name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
  ]
  const serin = 'serin.dev/v1alpha1'
  const meant = 'namespace="{{namespace}}",pod=~"{{arm.pods}}"'
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'source' }, stringData: { token: sourceToken } },
    {
      apiVersion: serin,
      kind: 'MetricSource',
      metadata: { name: 'default' },
      spec: {
        prometheus: { url: 'http://prometheus.test' },
        auth: { bearer: { tokenRef: { name: 'source', key: 'token' } } },
        lag: `${sourceLagMs / 1_000}s`,
        timeout: '2s',
      },
    },
    {
      apiVersion: serin,
      kind: 'AnalysisTemplate',
      metadata: { name: 'http' },
      spec: { interval: '15s', metrics: [{ name: 'errors', ratio: { bad: `bad{${meant}}`, total: `all{${meant}}` } }] },
    },
    {
      apiVersion: serin,
      kind: 'AnalysisTemplate',
      metadata: { name: 'check' },
      spec: { interval: '15s', metrics: [{ name: 'limit', threshold: { query: `share{${meant}}`, pass: 'value < 0.05', count: 2 } }] },
    },
    {
      apiVersion: serin,
      kind: 'AnalysisTemplate',
      metadata: { name: 'ask' },
      spec: { interval: '15s', metrics: [{ name: 'hook', webhook: { url: 'http://hooks.test/ask' } }] },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: gateway },
      spec: { gatewayClassName: 'sandbox', listeners },
    },
  ]
}

/** The manifests of a shop, as they stand in its repository: Deployment, Service, routes, Rollout. */
export interface Manifests {
  deployment: Json
  service: Json
  routes: Json[]
  rollout: Json
}

export function manifestsOf(shop: Shop, version: string): Manifests {
  const { name, replicas, preStopSeconds, minReadySeconds, strategy, rules } = shop
  const deployment = deploymentObject({ name, replicas, version, preStopSeconds, minReadySeconds, ...(strategy ? { strategy } : {}) })
  return {
    deployment,
    service: serviceObject({ name, selector: { app: name } }),
    routes: shop.routes.map((kind) => routeObject(kind, name, kind === 'HTTPRoute' ? rules : 1)),
    rollout: {
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'Rollout',
      metadata: { name },
      spec: { workload: { name }, ...shop.rollout },
    },
  }
}

/** The same manifest of a Deployment with another version in it. */
export function withVersion(deployment: Json, version: string): Json {
  const { template } = deployment.spec
  const [container] = template.spec.containers
  const containers = [{ ...container, image: imageOf(version) }]
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } } }
}

const listenerOf: Record<RouteKind, string> = { HTTPRoute: 'http', GRPCRoute: 'http', TCPRoute: 'tcp', TLSRoute: 'tls' }

function routeObject(kind: RouteKind, name: string, rules: number): Json {
  const hostnames = kind === 'TCPRoute' ? {} : { hostnames: [`${name}.${kind.toLowerCase()}.example.com`] }
  const backendRefs = [{ name, port: 80 }]
  const other = { matches: [{ path: { type: 'PathPrefix', value: '/other' } }], backendRefs }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name, labels: { team: name } },
    spec: {
      parentRefs: [{ name: gateway, sectionName: listenerOf[kind] }],
      ...hostnames,
      rules: rules === 2 ? [{ backendRefs }, other] : [{ backendRefs }],
    },
  }
}
