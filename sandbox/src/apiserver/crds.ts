import { equal } from '../objects/json.ts'
import type { Obj } from '../types.ts'
import { timestamp } from './clock.ts'
import { type Core, clusterUser } from './core.ts'
import { customKinds } from './crdKinds.ts'
import type { ServedKind } from './kind.ts'
import type { LineStream } from './lineStream.ts'
import type { Commit } from './store.ts'
import { deleted } from './verbs/delete.ts'
import { isGone } from './verbs/update.ts'

const bucket = 'customresourcedefinitions.apiextensions.k8s.io'
const cleanup = 'customresourcecleanup.apiextensions.k8s.io'

interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastTransitionTime: string
  observedGeneration?: number
}

/** Serves what the stored CRDs define, keeps their status, and removes their objects with them. */
export function followCrds(core: Core, open: Set<LineStream>): () => void {
  return core.store.onCommit((name, commit) => {
    if (name === bucket) followed(core, commit, open)
    else if (commit.type === 'DELETED') finishTermination(core, commit.object)
  })
}

function followed(core: Core, { type, object }: Commit, open: Set<LineStream>): void {
  const { name } = object.metadata
  if (type === 'DELETED') {
    core.kinds.setCustom(name, [])
    for (const stream of open) if (stream.topic === name) stream.end()
    return
  }
  // A later commit may be visible already; it comes here on its own.
  if (core.store.get(bucket, undefined, name) !== object) return
  if (object.metadata.deletionTimestamp) {
    terminate(core, object)
    return
  }
  const status = nextStatus(core, object)
  if (accepted(status.conditions)) core.kinds.setCustom(name, customKinds(object))
  if (!equal(status, object.status)) core.store.put(bucket, { ...object, status })
}

function accepted(conditions: readonly Condition[]): boolean {
  return conditions.some((condition) => condition.type === 'Established' && condition.status === 'True')
}

function nextStatus(core: Core, crd: Obj) {
  const { names, versions } = crd.spec ?? {}
  const clash = nameClash(core, crd)
  const established = !clash || accepted(crd.status?.conditions ?? [])
  const wanted: Omit<Condition, 'lastTransitionTime'>[] = [
    clash
      ? { type: 'NamesAccepted', status: 'False', reason: clash.reason, message: clash.message }
      : { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    established
      ? { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }
      : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
  ]
  const known: Condition[] = crd.status?.conditions ?? []
  const now = timestamp(core.clock.now())
  const storage: string | undefined = (versions ?? []).find((version: { storage: boolean }) => version.storage)?.name
  const storedVersions: string[] = crd.status?.storedVersions ?? []
  return {
    conditions: wanted.map(({ type, ...rest }) => {
      const before = known.find((condition) => condition.type === type)
      const { observedGeneration } = before ?? {}
      return {
        lastTransitionTime: before?.status === rest.status ? before.lastTransitionTime : now,
        message: rest.message,
        ...(observedGeneration === undefined ? {} : { observedGeneration }),
        reason: rest.reason,
        status: rest.status,
        type,
      }
    }),
    acceptedNames: clash ? (crd.status?.acceptedNames ?? { plural: '', kind: '' }) : names,
    storedVersions: storage === undefined || storedVersions.includes(storage) ? storedVersions : [...storedVersions, storage],
  }
}

/** Another resource of the group that has one of the names already. */
function nameClash(core: Core, crd: Obj): { reason: string; message: string } | undefined {
  const { group, names } = crd.spec ?? {}
  const own = `${names?.plural}.${group}`
  const others = core.kinds.all().filter((kind) => kind.group === group && kind.bucket !== own)
  const taken = (name: string): boolean => others.some((kind) => [kind.plural, kind.singular, ...kind.shortNames].includes(name))
  if (taken(names?.plural)) return { reason: 'PluralConflict', message: `"${names.plural}" is already in use` }
  if (names?.singular && taken(names.singular)) return { reason: 'SingularConflict', message: `"${names.singular}" is already in use` }
  const short = (names?.shortNames ?? []).find(taken)
  if (short) return { reason: 'ShortNamesConflict', message: `"${short}" is already in use` }
  const kindTaken = others.some((kind) => kind.kind === names?.kind || kind.listKind === names?.kind)
  return kindTaken ? { reason: 'KindConflict', message: `"${names.kind}" is already in use` } : undefined
}

/** Deletes every object of a CRD that is going; the CRD goes with the last of them. */
function terminate(core: Core, crd: Obj): void {
  const [kind] = customKinds(crd)
  for (const object of kind ? core.store.list(kind.bucket) : []) {
    if (object.metadata.deletionTimestamp || !kind) continue
    const { namespace, name } = object.metadata
    const call = { user: clusterUser, dryRun: false, manager: 'kube-apiserver', unknownFields: 'Ignore' as const, warnings: [] }
    deleted(core, kind, { namespace, name }, {}, call)
  }
  finish(core, crd, kind)
}

function finishTermination(core: Core, object: Obj): void {
  const [group] = object.apiVersion.split('/')
  for (const crd of core.store.list(bucket)) {
    if (!crd.metadata.deletionTimestamp || crd.spec?.group !== group || crd.spec?.names?.kind !== object.kind) continue
    finish(core, crd, customKinds(crd)[0])
  }
}

function finish(core: Core, crd: Obj, kind: ServedKind | undefined): void {
  if (kind && core.store.list(kind.bucket).length > 0) return
  const current = core.store.get(bucket, undefined, crd.metadata.name)
  const finalizers = current?.metadata.finalizers ?? []
  if (!current || !finalizers.includes(cleanup)) return
  const rest = finalizers.filter((finalizer) => finalizer !== cleanup)
  const { finalizers: _, ...metadata } = current.metadata
  const next: Obj = { ...current, metadata: { ...metadata, ...(rest.length > 0 ? { finalizers: rest } : {}) } }
  const crdKind = core.kinds.byResource('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
  if (crdKind && isGone(crdKind, next)) core.store.remove(bucket, current)
  else core.store.put(bucket, next)
}
