import type { JsonPatchOp, KubeObject } from '../kube/types.ts'
import { pointer } from './patch.ts'

/** While an object carries this label, admission policies give everybody but Serin its selector or its rules back. */
export const runLabel = 'serin.dev/run'
/** Whose run it is: the Rollout's name. */
export const rolloutLabel = 'serin.dev/rollout'
/** Stamped by the policy with the user whose rules it discarded. */
export const refusedByAnnotation = 'serin.dev/rules-refused-by'
/** Lets those who hold the verb `release` past the admission policies: break-glass. */
export const releaseAnnotation = 'serin.dev/release'

export interface Holder {
  runId: string
  rollout: string
}

/** Puts the run's labels on, and takes off a release that was meant for something else; empty when that is so. */
export function markOps(object: KubeObject, holder: Holder): JsonPatchOp[] {
  return [...labelOps(object, holder), ...removeOps(object, [releaseAnnotation])]
}

/** The object as it is once `markOps` are done. */
export function marked(object: KubeObject, { runId, rollout }: Holder): KubeObject {
  const { labels, annotations, ...metadata } = object.metadata
  const { [releaseAnnotation]: _, ...left } = annotations ?? {}
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(annotations ? { annotations: left } : {}),
      labels: { ...labels, [runLabel]: runId, [rolloutLabel]: rollout },
    },
  }
}

function labelOps(object: KubeObject, holder: Holder): JsonPatchOp[] {
  const wanted = { [runLabel]: holder.runId, [rolloutLabel]: holder.rollout }
  const { labels, resourceVersion } = object.metadata
  if (!labels) {
    // Adding the whole map would wipe labels that somebody wrote in the meantime.
    const unchanged: JsonPatchOp[] = resourceVersion ? [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }] : []
    return [...unchanged, { op: 'add', path: '/metadata/labels', value: wanted }]
  }
  return Object.entries(wanted)
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => ({ op: 'add', path: pointer('metadata', 'labels', key), value }))
}

/** Fails where the object was in a run when it was seen, and is in none, or in another, by now. */
export function stillHeldOps({ metadata: { labels = {} } }: KubeObject): JsonPatchOp[] {
  return Object.hasOwn(labels, runLabel) ? [{ op: 'test', path: pointer('metadata', 'labels', runLabel), value: labels[runLabel] }] : []
}

/** Takes the run's labels and marks and a release off; fails, as a patch, when another run has put its own there since. */
export function unmarkOps(object: KubeObject): JsonPatchOp[] {
  const { labels = {} } = object.metadata
  const ops = [runLabel, rolloutLabel].flatMap((key): JsonPatchOp[] => {
    const path = pointer('metadata', 'labels', key)
    return Object.hasOwn(labels, key)
      ? [
          { op: 'test', path, value: labels[key] },
          { op: 'remove', path },
        ]
      : []
  })
  return [...ops, ...removeOps(object, [refusedByAnnotation, releaseAnnotation])]
}

function removeOps({ metadata: { annotations = {} } }: KubeObject, keys: readonly string[]): JsonPatchOp[] {
  return keys
    .filter((key) => Object.hasOwn(annotations, key))
    .map((key): JsonPatchOp => ({ op: 'remove', path: pointer('metadata', 'annotations', key) }))
}

/** The Rollout in whose run the object is, or undefined. */
export function heldBy(object: KubeObject): string | undefined {
  const labels = object.metadata.labels ?? {}
  return labels[runLabel] === undefined ? undefined : (labels[rolloutLabel] ?? 'unknown')
}
