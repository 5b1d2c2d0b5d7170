import type { Change } from '../../../sandbox/src/api.ts'
import type { Obj } from '../../../sandbox/src/types.ts'
import type { Json } from '../../cluster/apiClient.ts'
import type { Asked } from '../asked.ts'
import { bookOf, type Sight } from '../book.ts'
import { type Looker, pledges } from '../promises.ts'
import { repositoryOf } from '../repository.ts'
import type { Shop } from '../shop.ts'
import type { Sim } from '../sim.ts'
import { managedLabel } from './sights.ts'

/** A shop without a cluster: what happens to it is written by hand, and one promise looks at it. */
export interface Theatre {
  /** An object as it is now; without its own, as `deployment()` and its like below make it. */
  put(...objects: Json[]): Theatre
  gone(kind: string, name: string): Theatre
  pass(ms: number): Theatre
  /** A request of a controller. */
  ask(asked: Partial<Asked>): Theatre
  at(moment: 'still' | 'calm' | 'rested' | 'idle'): Theatre
  log(line: string): Theatre
  sim: { -readonly [key in keyof Sim]: Sim[key] }
  /** How the promise was broken first. */
  readonly breach: string | undefined
}

export const shopName = 's1'
const stamp = '2026-01-01T00:00:00.000Z'

export function theatreOf(promise: string, { mode = 'Routes', by = 'kubectl', ...more }: Partial<Shop> = {}): Theatre {
  const pledge = pledges.find(({ name }) => name === promise)
  if (!pledge) throw new Error(`no promise "${promise}"`)
  const routes = mode === 'Routes' ? (['HTTPRoute'] as const) : []
  const shop: Shop = {
    name: shopName,
    namespace: 0,
    replicas: 2,
    mode,
    routes: [...routes],
    rollout: {},
    by,
    preStopSeconds: 0,
    minReadySeconds: 0,
    rules: 1,
    ...more,
  }
  const book = bookOf([shopName])
  const objects = new Map<string, Obj>()
  let now = 100_000
  let breach: string | undefined
  let versions = 0
  const excused: { at: number; pod: string | symbol }[] = []
  const sim = {
    book,
    repository: repositoryOf([shop], 'good0'),
    clock: { now: () => Date.parse(stamp) + now, after: () => () => {} },
    fleet: { running: () => [] },
    plan: { skewMs: 0, acts: [] },
    now: () => now,
    undisturbed: () => Number.POSITIVE_INFINITY,
    guarded: () => true,
    loose: () => false,
    excuse: (_: string, pod = Symbol()) => void excused.push({ at: now, pod }),
    excused: (_: string, within = Number.POSITIVE_INFINITY) => new Set(excused.flatMap(({ at, pod }) => (now - at <= within ? pod : []))),
    appliedNow: () => true,
    namespaceOf: () => 'shop-1',
    sandbox: {
      api: {
        get: (_: string, kind: string, __: string, name: string) => objects.get(`${kind}/${name}`),
        // Nobody else owns a field here: whoever applies gets what he says.
        patch: ({ kind, name }: Json, { body }: Json) => over(objects.get(`${kind}/${name}`), body),
      },
    },
  } as unknown as Sim
  const looker: Looker = pledge.watch(shop, sim)
  const said = (what: string | undefined) => {
    breach ??= what
  }
  const enter = (change: Change) => {
    book.enter(change)
    said(looker.changed?.(book.of(shopName), change))
  }
  const theatre: Theatre = {
    sim,
    put(...all) {
      for (const { metadata, ...rest } of all) {
        const key = `${rest.kind}/${metadata.name}`
        const old = objects.get(key)
        const own = {
          uid: `uid-of-${key}`,
          namespace: 'shop-1',
          creationTimestamp: stamp,
          generation: 1,
          resourceVersion: String(++versions),
        }
        const object = structuredClone({ ...rest, metadata: { ...own, ...metadata } }) as unknown as Obj
        objects.set(key, object)
        enter(old ? { type: 'MODIFIED', object, old } : { type: 'ADDED', object })
      }
      return theatre
    },
    gone(kind, name) {
      const old = objects.get(`${kind}/${name}`)
      if (!old) throw new Error(`no ${kind} ${name}`)
      objects.delete(`${kind}/${name}`)
      enter({ type: 'DELETED', object: old, old })
      return theatre
    },
    pass(ms) {
      now += ms
      return theatre
    },
    ask(asked) {
      said(
        looker.asked?.({
          method: 'GET',
          resource: 'rollouts',
          name: shopName,
          subresource: undefined,
          watch: false,
          status: 200,
          changed: false,
          ...asked,
        }),
      )
      return theatre
    },
    at(moment) {
      said(looker[moment]?.(book.of(shopName) as Sight))
      return theatre
    },
    log(line) {
      said(looker.logged?.(line))
      return theatre
    },
    get breach() {
      return breach
    },
  }
  return theatre
}

/** The first with everything that the second says. */
const over = (live: Json, said: Json): Json =>
  typeof said !== 'object' || said === null || Array.isArray(said)
    ? said
    : { ...live, ...Object.fromEntries(Object.entries(said).map(([key, value]) => [key, over(live?.[key], value)])) }

const hashed = (hash: string) => ({ app: shopName, 'pod-template-hash': hash })
const template = (version: string) => ({ spec: { containers: [{ name: 'web', image: `demo:${version}` }] } })
const owner = (kind: string) => ({ apiVersion: 'v1', kind, name: shopName, uid: `uid-of-${kind}/${shopName}`, controller: true })

export const deployment = ({ version = 'good0', replicas = 2, paused = false, revision = '1', ...more }: Json = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: shopName,
    labels: { app: shopName, [managedLabel]: shopName },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ...more.metadata,
  },
  spec: { replicas, paused, strategy: { type: more.strategy ?? 'RollingUpdate' }, template: template(version) },
  status: { observedGeneration: 1, replicas, updatedReplicas: paused ? 0 : replicas, availableReplicas: replicas },
})

/** A set of pods; its hash is that of its name. */
export const set = (hash: string, { version = 'good0', replicas = 2, of = 'Deployment', revision = '1', ...more }: Json = {}): Json => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `${shopName}-${hash}`,
    labels: { ...hashed(hash), ...more.labels },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [owner(of)],
  },
  spec: { replicas, template: template(version) },
  status: { replicas, availableReplicas: replicas },
})

export const pod = (hash: string, at: number, { ready = true, restarts = 0, ...metadata }: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${shopName}-${hash}-${at}`,
    labels: hashed(hash),
    ownerReferences: [{ kind: 'ReplicaSet', name: `${shopName}-${hash}` }],
    ...metadata,
  },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], containerStatuses: [{ restartCount: restarts }] },
})

export const pods = (hash: string, count: number): Json[] => Array.from({ length: count }, (_, at) => pod(hash, at))

/** A Service; without a hash its own selector. */
export const service = (hash?: string, { name = shopName, ...metadata }: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...metadata },
  spec: { selector: hash === undefined ? { app: shopName } : hashed(hash) },
})

export const held = { labels: { 'serin.dev/run': '1' } }

/** A route that gives the new version so much; without a number, its own rules. */
export const route = (canary?: number, { taken = 1, ...metadata }: Json = {}): Json => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: shopName, ...metadata },
  spec: {
    parentRefs: [{ name: 'gateway' }],
    rules: [
      {
        backendRefs:
          canary === undefined
            ? [{ name: shopName, port: 80 }]
            : [
                { name: shopName, port: 80, weight: 100 - canary },
                { name: `${shopName}-canary`, port: 80, weight: canary },
              ],
      },
    ],
  },
  status: { parents: [{ conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({ type, status: 'True', observedGeneration: taken })) }] },
})

const version = (hash: string, name: string) => ({ hash, template: `t-${hash}`, set: `${shopName}-${hash}`, images: [`demo:${name}`] })

export const stable = { ...version('old', 'good0'), since: stamp }

/** A run from `old` to `new`, in its steps. */
export const run = (more: Json = {}): Json => ({
  id: 1,
  startedAt: stamp,
  trigger: 'Template',
  from: version('old', 'good0'),
  to: version('new', 'good1'),
  mode: 'Routes',
  spec: {
    canary: { steps: [{ weight: 50 }, { pause: {} }, { pause: {} }] },
    traffic: { verify: { settle: '1s' } },
    handOver: { at: 100 },
  },
  stage: 'Stepping',
  stageSince: stamp,
  step: { index: 0, kind: 'weight', since: stamp },
  steps: 3,
  weight: { wanted: 0, actual: 0 },
  waiting: { for: 'something', because: 'of something', since: stamp },
  ...more,
})

export const entry = (result: string, more: Json = {}): Json => {
  const { id, from, to, startedAt } = run()
  return { id, from, to, startedAt, endedAt: stamp, result, because: 'so it was', ...more }
}

const conditionsOf = (phase: string): Json[] => {
  const on = phase === 'Healthy' ? 'Ready' : phase === 'Degraded' ? 'Stalled' : 'Reconciling'
  return ['Ready', 'Reconciling', 'Stalled'].map((type) => ({
    type,
    status: type === on ? 'True' : 'False',
    reason: phase,
    message: phase,
    lastTransitionTime: stamp,
    observedGeneration: 1,
  }))
}

export const rollout = ({ metadata, spec, phase = 'Healthy', ...status }: Json = {}): Json => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: shopName, ...metadata },
  spec: { workload: { name: shopName }, service: shopName, ...spec },
  status: {
    phase,
    message: phase,
    observedGeneration: 1,
    history: [],
    answers: [],
    lastRun: status.run?.id ?? status.history?.[0]?.id ?? 0,
    conditions: conditionsOf(phase),
    stable,
    ...status,
  },
})

export const command = (action: string, { name = `${shopName}-command-1`, ...more }: Json = {}): Json => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'RolloutCommand',
  metadata: { name, uid: `uid-of-${name}` },
  spec: { rollout: shopName, action },
  ...more,
})

export const answer = (name = `${shopName}-command-1`, phase = 'Done'): Json => ({
  uid: `uid-of-${name}`,
  name,
  phase,
  message: 'so be it',
})
