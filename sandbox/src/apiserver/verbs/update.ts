import { tracked } from '../../objects/managedFields.ts'
import type { Obj } from '../../types.ts'
import { admitted } from '../admission.ts'
import { timestamp } from '../clock.ts'
import type { Call, Core } from '../core.ts'
import { decoded, placed, settle, settledFor } from '../decode.ts'
import { conflict, immutableUid, invalid, otherUid, staleObject } from '../errors.ts'
import { checkValid, warned, withDefaults } from '../finish.ts'
import { frozen } from '../json.ts'
import type { ServedKind } from '../kind.ts'
import { asWritten, nextGeneration, preparedForUpdate } from '../strategy.ts'
import { unchanged } from '../unchanged.ts'
import { toStored, viewed } from '../views.ts'
import { checkOwnerReferences, stored } from './access.ts'

export interface Target {
  namespace: string | undefined
  name: string
  subresource?: string
}

/** Replaces an object, or its status, by what a client sent; `unconditional` allows it to come without a resourceVersion. Throws ApiError. */
export function updated(
  core: Core,
  kind: ServedKind,
  target: Target,
  body: unknown,
  call: Call,
  unconditional = kind.unconditionalUpdate,
): Obj {
  const known = core.store.get(kind.bucket, target.namespace, target.name)
  const next = placed(kind, decoded(kind, body, call, known && viewed(kind, known)), target.namespace, target.name)
  const live = viewed(kind, stored(core, kind, target.namespace, target.name))
  if (!next.metadata.resourceVersion && !unconditional) {
    const message = 'Invalid value: 0: must be specified for an update'
    // The real server names the resource where it otherwise names the kind.
    throw invalid({ ...kind, kind: kind.plural }, target.name, [
      { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message },
    ])
  }
  const { uid } = next.metadata
  if (uid && uid !== live.metadata.uid) throw otherUid(kind, live, uid)
  return replaced(core, kind, live, next, call, target.subresource, 'Update')
}

/**
 * Brings the live object to its next state: checks the resourceVersion, keeps what clients may not change, counts the
 * generation, runs admission and stores. A next state equal to the live one writes nothing. An object that is being
 * deleted goes when its last finalizer does. Under 'Apply' managedFields are complete already.
 */
export function replaced(
  core: Core,
  kind: ServedKind,
  live: Obj,
  next: Obj,
  call: Call,
  subresource: string | undefined,
  operation: 'Update' | 'Apply',
): Obj {
  const { name, namespace } = live.metadata
  const { uid, resourceVersion } = next.metadata
  if (uid && uid !== live.metadata.uid) throw immutableUid(kind, name, uid)
  if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw conflict(kind, name, staleObject)

  const full = settledFor(kind, live)
  const settled = (object: Obj): Obj =>
    withKeptMetadata(
      live,
      preparedForUpdate(kind, live, withKeptMetadata(live, withDefaults(kind, object, operation, full)), stage(subresource)),
    )
  let prepared = settled(next)
  const schema = kind.schema()
  if (operation === 'Update' && schema) {
    const now = timestamp(core.clock.now())
    const scope = subresource ? { subresource } : {}
    prepared = tracked({ live, next: prepared, manager: call.manager, operation: 'Update', schema, ...scope, now })
    if (subresource === 'scale') prepared = untimed(prepared)
  }
  const admittedObject = admitted(core, call, {
    operation: 'UPDATE',
    kind,
    ...(subresource ? { subresource } : {}),
    ...(namespace ? { namespace } : {}),
    name,
    object: prepared,
    oldObject: live,
    finish: (mutated) => {
      const whole = mutated === prepared ? mutated : settled(mutated)
      const generation = nextGeneration(kind, live, whole, stage(subresource))
      const counted = generation === undefined ? whole : { ...whole, metadata: { ...whole.metadata, generation } }
      checkValid(kind, counted, live, subresource)
      if (subresource === undefined) warned(kind, counted, live, call)
      return counted
    },
  })
  if (!admittedObject) throw new Error('admission lost the object')
  checkOwnerReferences(core, call, kind, live, admittedObject)
  return committed(core, kind, live, asWritten(kind, admittedObject), call)
}

function committed(core: Core, kind: ServedKind, live: Obj, next: Obj, call: Call): Obj {
  if (unchanged(live, next)) return live
  const final = toStored(kind, next)
  if (call.dryRun) return viewed(kind, frozen(final))
  if (isGone(kind, next)) {
    core.store.remove(kind.bucket, final)
    return viewed(kind, frozen(final))
  }
  return settle(kind, viewed(kind, core.store.put(kind.bucket, final)))
}

/** The real server keeps no time with what was written through scale. */
function untimed(object: Obj): Obj {
  const managedFields = (object.metadata.managedFields ?? []).map((entry: { subresource?: string; time?: string }) => {
    if (entry.subresource !== 'scale') return entry
    const { time: _, ...rest } = entry
    return rest
  })
  return { ...object, metadata: { ...object.metadata, managedFields } }
}

/** Scale is another way to write the object itself. */
function stage(subresource: string | undefined): string | undefined {
  return subresource === 'scale' ? undefined : subresource
}

/** Whether nothing keeps an object that is being deleted any longer. */
export function isGone(kind: ServedKind, object: Obj): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata
  if (!deletionTimestamp || (finalizers?.length ?? 0) > 0 || (deletionGracePeriodSeconds ?? 0) > 0) return false
  return !(kind.bucket === 'namespaces' && (object.spec?.finalizers?.length ?? 0) > 0)
}

function withKeptMetadata(live: Obj, next: Obj): Obj {
  const kept = live.metadata
  const { labels, annotations, ownerReferences, finalizers, managedFields } = next.metadata
  const metadata: Obj['metadata'] = {
    name: kept.name,
    ...(kept.generateName ? { generateName: kept.generateName } : {}),
    ...(kept.namespace ? { namespace: kept.namespace } : {}),
    uid: kept.uid,
    resourceVersion: kept.resourceVersion,
    ...(kept.generation === undefined ? {} : { generation: kept.generation }),
    creationTimestamp: kept.creationTimestamp,
    ...(kept.deletionTimestamp ? { deletionTimestamp: kept.deletionTimestamp } : {}),
    ...(kept.deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds: kept.deletionGracePeriodSeconds }),
    ...(labels && Object.keys(labels).length > 0 ? { labels } : {}),
    ...(annotations && Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(ownerReferences && ownerReferences.length > 0 ? { ownerReferences } : {}),
    ...(finalizers && finalizers.length > 0 ? { finalizers } : {}),
  }
  const fields = managedFields?.length ? managedFields : kept.managedFields
  if (fields) metadata.managedFields = fields
  return { ...next, kind: live.kind, apiVersion: next.apiVersion, metadata }
}
