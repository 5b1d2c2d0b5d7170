import type { JsonPatchOp, KubeObject, OwnerReference, Ref } from '../kube/types.ts'
import type { Action } from '../rollout/actions.ts'
import { pointer } from '../traffic/patch.ts'
import { canonical, shortHash } from './hash.ts'
import {
  hashLabel,
  managedLabel,
  type OwnerIdentity,
  obeyedAnnotation,
  releaseAnnotation,
  rolloutLabel,
  type SetView,
  type WorkloadKind,
  type WorkloadView,
} from './view.ts'

const revisionAnnotation = 'deployment.kubernetes.io/revision'
/** The number of pods that the native controller takes a set to have been made for. */
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'

interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: { containers?: { image?: string }[] }
}

interface DeploymentShape {
  replicas?: number
  paused?: boolean
  template: PodTemplate
  selector: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] }
  strategy?: { type?: string }
  minReadySeconds?: number
}

interface CountsShape {
  replicas?: number
  availableReplicas?: number
  updatedReplicas?: number
  observedGeneration?: number
}

/** A write that was long on its way does not land on a set that got pods meanwhile. */
const resized = ({ from, to }: { from: number; to: number }): JsonPatchOp[] => [
  { op: 'test', path: '/spec/replicas', value: from },
  { op: 'replace', path: '/spec/replicas', value: to },
]

const hashes = new WeakMap<object, string>()

/** Hash of a pod template without the label pod-template-hash, so that a Deployment and its ReplicaSet agree. */
export function templateHash(template: PodTemplate): string {
  const known = hashes.get(template)
  if (known) return known
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  const { creationTimestamp: __, ...metadata } = { creationTimestamp: null, ...template.metadata, labels }
  const hash = shortHash(canonical({ ...template, metadata: { ...metadata, annotations: template.metadata?.annotations ?? {} } }))
  hashes.set(template, hash)
  return hash
}

export const deployment: WorkloadKind = {
  kind: 'Deployment',
  apiVersion: 'apps/v1',

  view(workload, sets, rollout) {
    const spec = workload.spec as DeploymentShape
    const status = (workload.status ?? {}) as CountsShape
    const replicas = spec.replicas ?? 1
    const uid = workload.metadata.uid ?? ''
    const generation = workload.metadata.generation ?? 0
    const noticed = (status.observedGeneration ?? 0) >= generation
    return {
      ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: workload.metadata.namespace ?? '', name: workload.metadata.name },
      uid,
      generation,
      replicas,
      available: status.availableReplicas ?? 0,
      updated: status.updatedReplicas ?? 0,
      existing: status.replicas ?? 0,
      held: spec.paused ?? false,
      template: templateHash(spec.template),
      images: imagesOf(spec.template),
      revision: revisionOf(workload),
      minReadySeconds: spec.minReadySeconds ?? 0,
      noticed,
      settled:
        noticed &&
        (status.updatedReplicas ?? 0) === replicas &&
        (status.replicas ?? 0) === replicas &&
        (status.availableReplicas ?? 0) >= replicas,
      managedBy: workload.metadata.labels?.[managedLabel],
      released: workload.metadata.annotations?.[releaseAnnotation],
      obeyed: workload.metadata.annotations?.[obeyedAnnotation],
      neverTwo: spec.strategy?.type === 'Recreate',
      sets: sets.map((set) => viewSet(set, uid, rollout.uid)),
      object: workload,
    }
  },

  manage: (view, rollout) => [
    {
      verb: 'apply',
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: view.ref.name, namespace: view.ref.namespace, uid: view.uid, labels: { [managedLabel]: rollout } },
      },
      because: `from now on a changed template of ${view.ref.name} is held`,
    },
  ],

  unmanage: (view) =>
    view.managedBy === undefined
      ? []
      : [
          patch(
            view.ref,
            [
              { op: 'remove', path: pointer('metadata', 'labels', managedLabel) },
              ...(view.obeyed === undefined ? [] : [{ op: 'remove' as const, path: pointer('metadata', 'annotations', obeyedAnnotation) }]),
            ],
            `${view.ref.name} is not guarded any more`,
          ),
        ],

  hold: (view) =>
    view.held
      ? []
      : [patch(view.ref, [generationIs(view), { op: 'add', path: '/spec/paused', value: true }], 'a change to it waits for Serin')],

  letGo: (view, because) =>
    view.held ? [patch(view.ref, [generationIs(view), { op: 'replace', path: '/spec/paused', value: false }], because)] : [],

  clearRelease: (view) =>
    view.released === undefined
      ? []
      : [
          patch(
            view.ref,
            [
              { op: 'test', path: pointer('metadata', 'annotations', releaseAnnotation), value: view.released },
              { op: 'remove', path: pointer('metadata', 'annotations', releaseAnnotation) },
            ],
            'the break-glass release is over',
          ),
        ],

  writeTemplate(view, from, because, command) {
    const template = withoutHash((from.object.spec as { template: PodTemplate }).template)
    return [
      patch(
        view.ref,
        [
          generationIs(view),
          { op: 'replace', path: '/spec/template', value: template },
          { op: 'add', path: '/spec/paused', value: true },
          ...obeys(view, command),
        ],
        because,
      ),
    ]
  },

  restart(view, at, command) {
    const annotations = (view.object.spec as DeploymentShape).template.metadata?.annotations ?? {}
    return [
      patch(
        view.ref,
        [
          generationIs(view),
          { op: 'add', path: '/spec/template/metadata/annotations', value: { ...annotations, 'kubectl.kubernetes.io/restartedAt': at } },
          { op: 'add', path: '/spec/paused', value: true },
          ...obeys(view, command),
        ],
        'a restart was asked for',
      ),
    ]
  },

  create(view, { name, hash, replicas, rollout, like, because }) {
    const { spec: shape, metadata } = like?.object ?? view.object
    const spec = shape as DeploymentShape
    const labels = { ...spec.template.metadata?.labels, [hashLabel]: hash }
    const object: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        namespace: view.ref.namespace,
        labels: { ...labels, [rolloutLabel]: rollout.name },
        annotations: copiedAnnotations(metadata.annotations),
        ownerReferences: [controllerReference(rollout)],
      },
      spec: {
        replicas,
        ...(spec.minReadySeconds ? { minReadySeconds: spec.minReadySeconds } : {}),
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    }
    return [{ verb: 'create', object, because }]
  },

  resize(view, set, replicas, because) {
    if (set.wanted === replicas) return []
    const ops: JsonPatchOp[] = [...asSeen(set), { op: 'replace', path: '/spec/replicas', value: replicas }]
    return [{ ...patch(setRef(view, set.name), ops, because), fenced: replicas < set.wanted }]
  },

  take(view, set, rollout, because, size) {
    const ops: JsonPatchOp[] = [
      { op: 'test', path: '/metadata/ownerReferences/0/uid', value: view.uid },
      { op: 'replace', path: '/metadata/ownerReferences', value: [controllerReference(rollout), plainReference(view)] },
      { op: 'add', path: pointer('metadata', 'labels', rolloutLabel), value: rollout.name },
      ...(size ? resized(size) : []),
    ]
    return [{ ...patch(setRef(view, set), ops, because), fenced: true }]
  },

  // In another order than it was seen: what presumes that one fails.
  keep(view, set, rollout, because) {
    const [controller, other] = [controllerReference(rollout), plainReference(view)]
    const ops: JsonPatchOp[] = [
      uidIs(set),
      {
        op: 'replace',
        path: '/metadata/ownerReferences',
        value: set.object.metadata.ownerReferences?.[0]?.controller ? [other, controller] : [controller, other],
      },
    ]
    return [{ ...patch(setRef(view, set.name), ops, because), fenced: true }]
  },

  give(view, set, { revision, replicas, forget, because }) {
    const owner: OwnerReference = { ...plainReference(view), controller: true, blockOwnerDeletion: true }
    const seen = set.object.metadata.ownerReferences
    const ops: JsonPatchOp[] = [
      ...(revision === undefined && replicas === undefined ? [uidIs(set)] : asSeen(set)),
      { op: seen ? 'replace' : 'add', path: '/metadata/ownerReferences', value: [owner] },
    ]
    if (revision !== undefined) {
      if (!set.object.metadata.annotations) ops.push({ op: 'add', path: '/metadata/annotations', value: {} })
      ops.push({ op: 'add', path: pointer('metadata', 'annotations', revisionAnnotation), value: String(revision) })
      // Whatever else has pods is then surplus to the native controller, and never a reason to scale all of them in proportion.
      ops.push({ op: 'add', path: pointer('metadata', 'annotations', desiredAnnotation), value: String(view.replicas) })
    }
    if (replicas !== undefined && replicas !== set.wanted) ops.push({ op: 'replace', path: '/spec/replicas', value: replicas })
    if (forget && set.object.metadata.labels?.[rolloutLabel] !== undefined)
      ops.push({ op: 'remove', path: pointer('metadata', 'labels', rolloutLabel) })
    return [{ ...patch(setRef(view, set.name), ops, because), fenced: replicas !== undefined && replicas < set.wanted }]
  },

  // Only as it was seen: another leader may have handed it over meanwhile.
  remove: (view, { name, uid, object: { metadata } }, because) => {
    const { resourceVersion } = metadata
    return [{ verb: 'delete', target: setRef(view, name), uid, ...(resourceVersion ? { resourceVersion } : {}), because }]
  },
}

/** How a ReplicaSet looks to the workload with `uid` and the Rollout with `rolloutUid`. */
function viewSet(set: KubeObject, uid: string, rolloutUid: string): SetView {
  const spec = set.spec as { replicas?: number; template: PodTemplate }
  const status = (set.status ?? {}) as CountsShape
  const owner = set.metadata.ownerReferences?.find((reference) => reference.controller)
  return {
    name: set.metadata.name,
    uid: set.metadata.uid ?? '',
    hash: set.metadata.labels?.[hashLabel] ?? '',
    template: templateHash(spec.template),
    images: imagesOf(spec.template),
    owner: !owner ? 'nobody' : owner.uid === uid ? 'workload' : owner.uid === rolloutUid ? 'rollout' : 'another',
    wanted: spec.replicas ?? 1,
    existing: status.replicas ?? 0,
    available: status.availableReplicas ?? 0,
    noticed: (status.observedGeneration ?? 0) >= (set.metadata.generation ?? 0),
    revision: revisionOf(set),
    createdAt: set.metadata.creationTimestamp ?? '',
    object: set,
  }
}

function patch(target: Ref, ops: JsonPatchOp[], because: string): Extract<Action, { verb: 'patch' }> {
  return { verb: 'patch', target, ops, because }
}

/** The template that was planned on is still the one: a change written a moment before makes the patch fail. */
function generationIs(view: WorkloadView): JsonPatchOp {
  return { op: 'test', path: '/metadata/generation', value: view.generation }
}

/** Marks the write as that of a command. */
function obeys({ object }: WorkloadView, command: string | undefined): JsonPatchOp[] {
  if (command === undefined) return []
  const none: JsonPatchOp[] = object.metadata.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: {} }]
  return [...none, { op: 'add', path: pointer('metadata', 'annotations', obeyedAnnotation), value: command }]
}

const uidIs = ({ uid }: SetView): JsonPatchOp => ({ op: 'test', path: '/metadata/uid', value: uid })

/**
 * A set is whose it was, and nobody gave it another number of pods since: a write that was long on its way does not land on one that serves again,
 * also when it has as many as then.
 */
function asSeen(set: SetView): JsonPatchOp[] {
  const { generation, ownerReferences } = set.object.metadata
  return [
    uidIs(set),
    { op: 'test', path: '/metadata/generation', value: generation },
    ...(ownerReferences ? [{ op: 'test' as const, path: '/metadata/ownerReferences', value: ownerReferences }] : []),
  ]
}

function setRef(view: WorkloadView, name: string): Ref {
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: view.ref.namespace, name }
}

function controllerReference(owner: OwnerIdentity): OwnerReference {
  return { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, uid: owner.uid, controller: true, blockOwnerDeletion: false }
}

function plainReference(view: WorkloadView): OwnerReference {
  return { apiVersion: 'apps/v1', kind: 'Deployment', name: view.ref.name, uid: view.uid }
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** Where a set's template is not that of the workload, or of another set: the first few paths. */
export function differences(of: Pick<WorkloadView | SetView, 'object'>, set: SetView): string {
  const paths: string[] = []
  const compare = (path: string, a: unknown, b: unknown) => {
    if (canonical(a) === canonical(b)) return
    const inner = a && b && typeof a === 'object' && typeof b === 'object' && Array.isArray(a) === Array.isArray(b)
    if (!inner) paths.push(path)
    else for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) compare(`${path}.${key}`, a[key as never], b[key as never])
  }
  const templateOf = (object: KubeObject) => withoutHash((object.spec as { template: PodTemplate }).template)
  compare('template', templateOf(of.object), templateOf(set.object))
  return paths.slice(0, 3).join(', ') + (paths.length > 3 ? ` and ${paths.length - 3} more` : '')
}

/** What a Deployment's own controller copies to its sets, less what belongs to it, to kubectl or to us. */
function copiedAnnotations(annotations: Record<string, string> = {}): Record<string, string> {
  const foreign = /^(deployment\.kubernetes\.io\/|kubectl\.kubernetes\.io\/last-applied-configuration$|serin\.dev\/)/
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !foreign.test(name)))
}

function imagesOf(template: PodTemplate): string[] {
  // As many and as long as a status may hold.
  return (template.spec?.containers ?? []).slice(0, 50).map((container) => (container.image ?? '').slice(0, 1024))
}

function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0)
}

export function pods(n: number): string {
  return n === 1 ? '1 pod' : `${n} pods`
}
