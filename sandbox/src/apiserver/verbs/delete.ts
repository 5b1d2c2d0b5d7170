import type { Obj } from '../../types.ts'
import { admitted } from '../admission.ts'
import { timestamp } from '../clock.ts'
import type { Call, Core } from '../core.ts'
import { badRequest, conflict, forbidden, invalidOptions, methodNotAllowed } from '../errors.ts'
import { frozen, isRecord } from '../json.ts'
import type { ServedKind } from '../kind.ts'
import { toStored, viewed } from '../views.ts'
import { stored } from './access.ts'
import { isGone, type Target } from './update.ts'

export type Propagation = 'Background' | 'Foreground' | 'Orphan'

/** A DeleteOptions, read from the body and the query. */
export interface Deletion {
  uid?: string
  resourceVersion?: string
  propagation?: Propagation
  gracePeriodSeconds?: number
}

const protectedNamespaces = new Set(['default', 'kube-system', 'kube-public'])
const orphan = 'orphan'
const foreground = 'foregroundDeletion'
const crdCleanup = 'customresourcecleanup.apiextensions.k8s.io'

/**
 * Deletes an object: at once, or - when finalizers, a grace period or a namespace's contents keep it - by marking it.
 * Gives back its last state and whether it is gone. Throws ApiError.
 */
export function deleted(core: Core, kind: ServedKind, target: Target, options: Deletion, call: Call): { object: Obj; gone: boolean } {
  if (kind.createOnly) throw methodNotAllowed()
  const { name, namespace } = target
  const live = viewed(kind, stored(core, kind, namespace, name))
  checkPreconditions(kind, live, options)
  if (kind.bucket === 'namespaces' && protectedNamespaces.has(name)) throw forbidden(kind, name, 'this namespace may not be deleted')
  admitted(core, call, {
    operation: 'DELETE',
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    oldObject: live,
    finish: (object) => object,
  })
  const marked = markedForDeletion(core, kind, live, options)
  if (isGone(kind, marked)) {
    if (!call.dryRun) core.store.remove(kind.bucket, live)
    return { object: live, gone: true }
  }
  // A second delete that changes nothing writes nothing.
  if (marked === live || call.dryRun) return { object: frozen(marked), gone: false }
  return { object: viewed(kind, core.store.put(kind.bucket, toStored(kind, marked))), gone: false }
}

function checkPreconditions(kind: ServedKind, live: Obj, { uid, resourceVersion }: Deletion): void {
  const { name, uid: liveUid, resourceVersion: liveRevision } = live.metadata
  if (uid !== undefined && uid !== liveUid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${liveUid}). The object might have been deleted and then recreated`
    throw conflict({ ...kind, plural: kind.kind }, name, why)
  }
  if (resourceVersion !== undefined && resourceVersion !== liveRevision) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${liveRevision}). The object might have been modified`
    throw conflict({ ...kind, plural: kind.kind }, name, why)
  }
}

function markedForDeletion(core: Core, kind: ServedKind, live: Obj, options: Deletion): Obj {
  const grace = gracePeriod(kind, live, options)
  const { metadata } = live
  const finalizers = finalizersAfter(kind, metadata.finalizers ?? [], options.propagation)
  const shorter = metadata.deletionTimestamp !== undefined && grace < (metadata.deletionGracePeriodSeconds ?? 0)
  const sameFinalizers =
    finalizers.length === (metadata.finalizers?.length ?? 0) && finalizers.every((name) => metadata.finalizers?.includes(name))
  if (metadata.deletionTimestamp !== undefined && !shorter && sameFinalizers) return live
  const first = metadata.deletionTimestamp === undefined
  const { finalizers: _, ...rest } = metadata
  const marked: Obj = {
    ...live,
    metadata: {
      ...rest,
      ...(first && rest.generation !== undefined ? { generation: rest.generation + 1 } : {}),
      ...(first || shorter ? { deletionTimestamp: timestamp(core.clock.now() + grace * 1000), deletionGracePeriodSeconds: grace } : {}),
      ...(finalizers.length > 0 ? { finalizers } : {}),
    },
  }
  return kind.bucket === 'namespaces' ? { ...marked, status: { ...marked.status, phase: 'Terminating' } } : marked
}

/** Seconds until the object may go. Only pods that run somewhere are given any. */
function gracePeriod(kind: ServedKind, live: Obj, options: Deletion): number {
  if (kind.bucket !== 'pods') return 0
  const { phase } = live.status ?? {}
  if (!live.spec?.nodeName || phase === 'Failed' || phase === 'Succeeded') return 0
  const wished = options.gracePeriodSeconds ?? live.spec.terminationGracePeriodSeconds ?? 30
  // A deletion under way can be hurried, not slowed down.
  const granted =
    live.metadata.deletionTimestamp === undefined ? wished : Math.min(wished, live.metadata.deletionGracePeriodSeconds ?? wished)
  return Math.max(0, granted)
}

function finalizersAfter(kind: ServedKind, present: readonly string[], propagation: Propagation | undefined): string[] {
  const others = present.filter((name) => name !== orphan && name !== foreground)
  const cleanup = kind.kind === 'CustomResourceDefinition' && !present.includes(crdCleanup) ? [crdCleanup] : []
  switch (propagation) {
    case 'Orphan':
      return [...others, orphan, ...cleanup]
    case 'Foreground':
      return [...others, foreground, ...cleanup]
    case 'Background':
      return [...others, ...cleanup]
    case undefined:
      return [...present, ...cleanup]
  }
}

/** Reads a DeleteOptions body and the query parameters that say the same. Throws ApiError 400. */
export function deletionOf(body: unknown, query: URLSearchParams): Deletion & { dryRun: boolean } {
  const options = 'DeleteOptions'
  const given = body === undefined ? {} : body
  if (!isRecord(given)) throw badRequest('the DeleteOptions are not an object')
  const preconditions = isRecord(given.preconditions) ? given.preconditions : {}
  const grace = given.gracePeriodSeconds ?? query.get('gracePeriodSeconds') ?? undefined
  const propagation = given.propagationPolicy ?? query.get('propagationPolicy') ?? oldStyle(given.orphanDependents)
  if (propagation !== undefined && !isPropagation(propagation)) {
    const message = `Unsupported value: "${String(propagation)}": supported values: "Foreground", "Background", "Orphan", "nil"`
    throw invalidOptions(options, 'propagationPolicy', 'FieldValueNotSupported', message)
  }
  if (given.orphanDependents !== undefined && given.propagationPolicy !== undefined) {
    const message = `Invalid value: "${String(given.propagationPolicy)}": orphanDependents and deletionPropagation cannot be both set`
    throw invalidOptions(options, 'propagationPolicy', 'FieldValueInvalid', message)
  }
  const { uid, resourceVersion } = preconditions
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    ...(propagation ? { propagation } : {}),
    ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }),
    dryRun: query.getAll('dryRun').includes('All') || (Array.isArray(given.dryRun) && given.dryRun.includes('All')),
  }
}

function oldStyle(orphanDependents: unknown): Propagation | undefined {
  return orphanDependents === true ? 'Orphan' : orphanDependents === false ? 'Background' : undefined
}

function isPropagation(value: unknown): value is Propagation {
  return value === 'Background' || value === 'Foreground' || value === 'Orphan'
}
