import { refOf } from '../kube/client.ts'
import { KubeError } from '../kube/errors.ts'
import type { Log } from '../kube/log.ts'
import type { KubeClient, KubeObject, Ref } from '../kube/types.ts'
import type { Action } from '../rollout/actions.ts'
import { same } from '../traffic/patch.ts'
import type { Caches } from './caches.ts'

/** A write that the API server did not take. `error.conflict` means: look again. */
export class ActionFailed extends Error {
  readonly action: Action
  override readonly cause: unknown
  constructor(action: Action, cause: unknown) {
    super(`${describe(action)} failed: ${cause instanceof Error ? cause.message : String(cause)}`)
    this.action = action
    this.cause = cause
  }

  /** Somebody else was there first, or the object is gone: what was seen is out of date. */
  get outdated(): boolean {
    return this.cause instanceof KubeError && (this.cause.conflict || this.cause.notFound)
  }
}

export interface Writer {
  client: KubeClient
  caches: Caches
  log: Log
}

/** Throws a conflict when the Rollout is not as it was observed, or as our own writes since then left it. */
export type Fence = (written: readonly KubeObject[]) => Promise<void>

/** Performs the writes in order, and stops at the first that fails. Every answer goes into the caches at once, so nothing is planned on a sight older than our own writes. Returns the objects as they are now. */
export async function apply(actions: readonly Action[], { client, caches, log }: Writer, fence?: Fence): Promise<KubeObject[]> {
  const answers: KubeObject[] = []
  for (const action of actions) {
    log.info({ write: describe(action) }, action.because)
    try {
      if ('fenced' in action && action.fenced) await fence?.(answers)
      if (action.verb === 'patch' && action.presumes) await asPresumed(action.presumes, client, caches)
      const object = await perform(action, client, caches)
      if (object) answers.push(object)
    } catch (error) {
      throw new ActionFailed(action, error)
    }
  }
  return answers
}

/** Whose copy is behind gets the present one, and looks again. */
async function asPresumed({ workload, generation }: Presumed, client: KubeClient, caches: Caches): Promise<void> {
  const present = await client.get(workload)
  if (present) remember(caches, present)
  if (present?.metadata.generation !== generation)
    throw new KubeError({ status: 409, reason: 'Conflict', message: `${workload.kind} ${workload.name} was changed meanwhile` })
}

type Presumed = NonNullable<Extract<Action, { verb: 'patch' }>['presumes']>

async function perform(action: Action, client: KubeClient, caches: Caches): Promise<KubeObject | undefined> {
  if (action.verb === 'delete') {
    const { target, uid, resourceVersion } = action
    await client.delete(target, { uid, ...(resourceVersion ? { resourceVersion } : {}), propagation: 'Background' })
    caches.storeOf(action.target.kind)?.removed(action.target, action.uid)
    return undefined
  }
  const object = await written(action, client)
  remember(caches, object)
  return object
}

function written(action: Exclude<Action, { verb: 'delete' }>, client: KubeClient): Promise<KubeObject> {
  switch (action.verb) {
    case 'create':
      return createOnce(client, action.object)
    case 'apply':
      return client.apply(action.object, { force: true })
    case 'patch':
      return client.patch(action.target, action.ops)
  }
}

/** An object of that name that has the same controller is the one we made before a crash. */
async function createOnce(client: KubeClient, object: KubeObject): Promise<KubeObject> {
  try {
    return await client.create(object)
  } catch (error) {
    if (!(error instanceof KubeError && error.alreadyExists)) throw error
    const there = await client.get(refOf(object))
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller)?.uid
    const ours = there?.metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === owner)
    if (there && ours && same(purposeOf(there), purposeOf(object))) return there
    throw new Error(`${object.kind} ${object.metadata.name} exists already and is not Serin's: rename or delete it`)
  }
}

/** An analysis that is for something else is not the one we made. */
const purposeOf = ({ kind, spec }: KubeObject): unknown => (kind === 'AnalysisRun' ? (spec as { for?: unknown }).for : undefined)

function remember(caches: Caches, object: KubeObject): void {
  const store = caches.storeOf(object.kind)
  // The answer to the removal of the last finalizer shows an object that is gone.
  if (object.metadata.deletionTimestamp && !object.metadata.finalizers?.length) store?.removed(object.metadata, object.metadata.uid ?? '')
  else store?.wrote(object)
}

function describe(action: Action): string {
  const of: Ref = action.verb === 'create' || action.verb === 'apply' ? refOf(action.object) : action.target
  return `${action.verb} ${of.kind} ${of.name}`
}
