import { RolloutSpec, type RolloutSpecInput } from '../../api/rollout.ts'
import type { Condition, HistoryEntry, RolloutStatus, Run, Version } from '../../api/rolloutStatus.ts'
import type { KubeObject, ObjectMeta } from '../../kube/types.ts'
import { templateHash } from '../../workload/deployment.ts'
import type { Look } from '../io.ts'
import type { RolloutSeen, Snapshot } from '../read.ts'

/** A Rollout `shop/checkout` and its objects as a cluster would show them, for tests of what is said about them. */

export const now = Date.UTC(2026, 5, 1, 12, 0, 0)
export const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString()
export const plain: Look = { colour: false, unicode: true, columns: 100 }

const spec: RolloutSpecInput = {
  workload: { kind: 'Deployment', name: 'checkout' },
  service: 'checkout',
  traffic: { routes: [{ kind: 'HTTPRoute', name: 'checkout' }] },
  canary: { steps: [{ weight: 10 }, { pause: {} }, { weight: 50 }, { pause: { for: '5m' } }] },
}

function template(tag: string): {
  metadata: { labels: Record<string, string> }
  spec: { containers: { name: string; image: string }[] }
} {
  return { metadata: { labels: { app: 'checkout' } }, spec: { containers: [{ name: 'web', image: `shop/checkout:${tag}` }] } }
}

/** The version whose image has that tag; its hash is `<tag>hash`. */
export function version(tag: string): Version {
  return { hash: `${tag}hash`, template: templateHash(template(tag)), set: `checkout-${tag}hash`, images: [`shop/checkout:${tag}`] }
}

export function run(more: Partial<Run> = {}): Run {
  return {
    id: 7,
    startedAt: ago(12),
    trigger: 'Template',
    from: version('v1'),
    to: version('v2'),
    mode: 'Routes',
    fast: false,
    spec: RolloutSpec.parse(spec) as unknown as Record<string, unknown>,
    originals: { routes: [] },
    stage: 'Stepping',
    stageSince: ago(11),
    step: { index: 1, kind: 'pause', since: ago(9) },
    steps: 4,
    weight: { wanted: 10, actual: 10, since: ago(10), confirmedAt: ago(9) },
    waiting: {
      for: 'somebody to promote it',
      because: 'step 2 is a pause without an end: serin promote checkout',
      since: ago(9),
    },
    ...more,
  } as Run
}

export function entry(id: number, tag: string, result: HistoryEntry['result'], because = 'every step was passed'): HistoryEntry {
  return { id, from: version('v1'), to: version(tag), result, because, startedAt: ago(60), endedAt: ago(50) }
}

export function stalled(reason: string, message: string): Condition {
  return { type: 'Stalled', status: 'True', reason, message, lastTransitionTime: ago(30) }
}

export function status(more: Partial<RolloutStatus> = {}): RolloutStatus {
  return {
    observedGeneration: 1,
    phase: 'Healthy',
    message: 'shop/checkout:v1 serves',
    conditions: [],
    stable: { ...version('v1'), since: ago(3000) },
    history: [],
    lastRun: 0,
    answers: [],
    ...more,
  }
}

export function inRun(more: Partial<Run> = {}): RolloutStatus {
  return status({ phase: 'Progressing', message: 'releasing shop/checkout:v2', run: run(more), lastRun: 7 })
}

export function rollout(its: RolloutStatus | undefined, name = 'checkout', namespace = 'shop'): RolloutSeen {
  const metadata = { ...meta(name), namespace, uid: 'rollout-uid', generation: 1 }
  return {
    metadata,
    spec: RolloutSpec.parse(spec),
    status: its,
    raw: { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', metadata, spec, ...(its ? { status: its } : {}) },
  }
}

export function deployment(tag: string, paused = false): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...meta('checkout'), uid: 'deployment-uid' },
    spec: { replicas: 2, paused, selector: { matchLabels: { app: 'checkout' } }, template: template(tag) },
  }
}

export function replicaSet(tag: string, wanted: number, available: number): KubeObject {
  const { set, hash } = version(tag)
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { ...meta(set), uid: `${set}-uid`, labels: { app: 'checkout', 'pod-template-hash': hash } },
    spec: { replicas: wanted, template: template(tag) },
    status: { availableReplicas: available },
  }
}

export function pod(tag: string, name: string, its: Record<string, unknown> = {}): KubeObject {
  const { set } = version(tag)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...meta(`${set}-${name}`),
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set, uid: `${set}-uid`, controller: true }],
    },
    spec: { containers: [{ name: 'web' }] },
    status: { phase: 'Running', containerStatuses: [{ ready: true, restartCount: 0 }], ...its },
  }
}

export function snapshot(its: RolloutStatus | undefined, tag = 'v1', more: Partial<Snapshot> = {}): Snapshot {
  return { rollout: rollout(its), workload: deployment(tag), sets: [], pods: [], ...more }
}

function meta(name: string): ObjectMeta & { namespace: string } {
  return { name, namespace: 'shop', creationTimestamp: ago(3000) }
}
