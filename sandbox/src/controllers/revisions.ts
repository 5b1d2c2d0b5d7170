import type { Obj } from '../types.ts'

export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const historyAnnotation = 'deployment.kubernetes.io/revision-history'
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas'

const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
])

type Annotations = Record<string, string>

export const revisionOf = (object: Obj): number => numberIn(object.metadata.annotations, revisionAnnotation) ?? 0

export function numberIn(annotations: Annotations | undefined, name: string): number | undefined {
  const text = annotations?.[name]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/**
 * Annotations of the set that carries the Deployment's template: the Deployment's own, the revision when it is newer
 * than the set's, and the revisions it had before, so that an undone release keeps its history.
 */
export function newSetAnnotations(deployment: Obj, existing: Annotations | undefined, revision: number): Annotations {
  const annotations: Annotations = { ...existing }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!notCopied.has(name)) annotations[name] = value
  }
  const before = existing?.[revisionAnnotation]
  const known = numberIn(existing, revisionAnnotation)
  if (before !== undefined && known === undefined) return annotations
  if ((known ?? 0) >= revision) return annotations
  annotations[revisionAnnotation] = String(revision)
  if (before !== undefined) {
    const history = existing?.[historyAnnotation]
    annotations[historyAnnotation] = history ? `${history},${before}` : before
  }
  return annotations
}

/** What a set is told of the Deployment's size whenever it is scaled; the base of proportional scaling. */
export function sizeAnnotations(replicas: number, surge: number): Annotations {
  return { [desiredAnnotation]: String(replicas), [maxAnnotation]: String(replicas + surge) }
}
