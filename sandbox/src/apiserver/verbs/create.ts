import { tracked } from '../../objects/managedFields.ts'
import { ApiError, type Obj } from '../../types.ts'
import { admitted } from '../admission.ts'
import { timestamp } from '../clock.ts'
import type { Call, Core } from '../core.ts'
import { decoded, placed, settle } from '../decode.ts'
import { alreadyExists } from '../errors.ts'
import { checkValid, warned, withDefaults } from '../finish.ts'
import { frozen } from '../json.ts'
import type { ServedKind } from '../kind.ts'
import { asWritten, completed, preparedForCreate } from '../strategy.ts'
import { toStored, viewed } from '../views.ts'
import { checkNamespace, checkOwnerReferences } from './access.ts'

// The real server cuts the base so that base and suffix fit into a label.
const longestBase = 58
const nameAttempts = 8

/** Creates what a client sent; gives back the frozen object in the kind's version. Throws ApiError. */
export function created(core: Core, kind: ServedKind, namespace: string | undefined, body: unknown, call: Call): Obj {
  const object = placed(kind, decoded(kind, body, call), namespace)
  // The real server answers so, without a reason.
  if (object.metadata.resourceVersion) throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created')
  const { managedFields: _, ...metadata } = object.metadata
  return createdFrom(core, kind, { ...object, metadata: metadata as Obj['metadata'] }, call, 'Update')
}

/** Creates a decoded object. Under 'Apply' its managedFields are complete already. */
export function createdFrom(core: Core, kind: ServedKind, object: Obj, call: Call, operation: 'Update' | 'Apply'): Obj {
  const named = withSystemFields(core, kind, object)
  const { name, namespace } = named.metadata
  if (namespace) checkNamespace(core, kind, namespace, name)
  let prepared = preparedForCreate(kind, withDefaults(kind, named, operation))
  if (operation === 'Update') {
    const now = timestamp(core.clock.now())
    const schema = kind.schema()
    if (schema) prepared = tracked({ next: prepared, manager: call.manager, operation: 'Update', schema, now })
  }
  const admittedObject = admitted(core, call, {
    operation: 'CREATE',
    kind,
    ...(namespace ? { namespace } : {}),
    name,
    object: prepared,
    finish: (mutated) => {
      const filled = mutated === prepared ? mutated : preparedForCreate(kind, withDefaults(kind, mutated, operation))
      const complete = completed(core, kind, filled)
      checkValid(kind, complete)
      warned(kind, complete, undefined, call)
      return complete
    },
  })
  if (!admittedObject) throw new Error('admission lost the object')
  checkOwnerReferences(core, call, kind, undefined, admittedObject)
  const found = core.store.get(kind.bucket, namespace, name)
  if (found) throw alreadyExists(kind, name, found.metadata.deletionTimestamp !== undefined)
  const final = toStored(kind, asWritten(kind, admittedObject))
  if (call.dryRun) return viewed(kind, frozen(withoutRevision(final)))
  return settle(kind, viewed(kind, core.store.put(kind.bucket, final)))
}

function withoutRevision(object: Obj): Obj {
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata: metadata as Obj['metadata'] }
}

function withSystemFields(core: Core, kind: ServedKind, object: Obj): Obj {
  const { name, namespace, generateName, generation, labels, annotations, ownerReferences, finalizers, managedFields } = object.metadata
  const own = name || (generateName ? freeName(core, kind, namespace, generateName) : '')
  const metadata: Obj['metadata'] = {
    name: own,
    ...(generateName ? { generateName } : {}),
    ...(namespace ? { namespace } : {}),
    uid: core.random.uid(),
    resourceVersion: '',
    ...(kind.generation ? { generation: 1 } : generation === undefined ? {} : { generation }),
    creationTimestamp: timestamp(core.clock.now()),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(managedFields ? { managedFields } : {}),
  }
  return { ...object, metadata }
}

function freeName(core: Core, kind: ServedKind, namespace: string | undefined, base: string): string {
  let name = ''
  for (let attempt = 0; attempt < nameAttempts; attempt++) {
    name = base.slice(0, longestBase) + core.random.suffix()
    if (!core.store.get(kind.bucket, namespace, name)) break
  }
  return name
}
