import { requestIdOf } from '../api/commandObject.ts'
import { iso } from '../api/fields.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Clock, Instant } from '../clock.ts'
import { KubeError } from '../kube/errors.ts'
import type { KubeObject } from '../kube/types.ts'
import { fenced } from '../rollout/actions.ts'
import type { Note } from '../rollout/notes.ts'
import type { Observed } from '../rollout/observed.ts'
import { type Plan, plan } from '../rollout/plan.ts'
import { unlabelled } from '../rollout/setLabels.ts'
import { strayPin } from '../rollout/strays.ts'
import { same } from '../traffic/patch.ts'
import { kindOf } from '../workload/registry.ts'
import { ActionFailed, apply, type Writer } from './apply.ts'
import { rolloutIndex } from './caches.ts'
import { observe, type Sight } from './observe.ts'
import { patchStatus } from './statusPatch.ts'

export interface World extends Sight, Writer {
  clock: Clock
  /** Rollouts whose status we made say that the gate is not ours. */
  complaints: Set<string>
  tell(rollout: Observed['rollout'], note: Note): void
}

/** When to look again without being told of a change. */
export type Recheck = { at: Instant } | 'never' | 'soon'

/**
 * Looks at one Rollout's world, decides, writes. Level-triggered: it may be called at any time, any number of times, and after a crash between any two writes.
 * Throws what a later try may cure; the queue backs off.
 */
export async function reconcile(key: string, world: World): Promise<Recheck> {
  const observed = await observe(key, world, world.clock.now())
  if (observed === 'gone') return forget(key, world)
  if (overruled(key, observed, world)) return 'never'
  const decided = plan(observed, world.clock.now())
  // Told when the status that they come from is written, or never: also when a later action fails.
  const tell = () => {
    for (const note of decided.events) world.tell(observed.rollout, note)
  }
  let latest: Versioned = observed.rollout
  try {
    if (decided.statusFirst) {
      latest = await writeStatus(latest, decided.status, world)
      tell()
    }
    const before = latest
    const written = await apply(decided.actions, world, (since) => unchanged(asWeLeftIt(before, since), world))
    if (!decided.statusFirst) {
      await writeStatus(asWeLeftIt(before, written), decided.status, world)
      tell()
    }
    if (complaintIn(decided.status)) world.complaints.add(key)
    else world.complaints.delete(key)
  } catch (error) {
    const known = decided.statusFirst ? decided.status : observed.rollout.status
    if (error instanceof ActionFailed && !error.outdated) await complain(observed, { latest, known }, error, world)
    if ((error instanceof ActionFailed && error.outdated) || conflicts(error)) return 'soon'
    throw error
  }
  await giveAnswers(observed, decided, world)
  return decided.recheckAt === undefined ? 'never' : { at: decided.recheckAt }
}

const complaintIn = (status: RolloutStatus | undefined): boolean =>
  status?.conditions.some(({ type, reason }) => type === 'Ready' && reason === 'GateNotOurs') ?? false

/** Somebody wrote over our complaint that the gate is not ours: a controller whose gate it is. It is not told twice, or the two would never end. */
function overruled(key: string, { gate, rollout }: Observed, { complaints }: World): boolean {
  return typeof gate === 'object' && complaints.has(key) && !complaintIn(rollout.status)
}

type Versioned = Pick<KubeObject, 'metadata'> & { status?: unknown }

/** The Rollout after our own writes of its metadata. Their answers show the status, too: another than ours is that of another controller, which acts as well. */
function asWeLeftIt(before: Versioned, written: readonly KubeObject[]): Versioned {
  const after = written.findLast(({ kind }) => kind === 'Rollout')
  if (after && !same(after.status, before.status)) throw outrun()
  return after ?? before
}

const outrun = () => new KubeError({ status: 409, reason: 'Conflict', message: 'another controller wrote the Rollout meanwhile' })

/** The fence: a read of the Rollout past every cache. Whose copy is behind gets the present one, and looks again. */
async function unchanged({ metadata }: Versioned, { client, caches }: World): Promise<void> {
  const { namespace = '', name, resourceVersion, uid = '' } = metadata
  const present = await client.get({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', namespace, name })
  if (present?.metadata.resourceVersion === resourceVersion) return
  if (present) caches.rollouts.wrote(present)
  else caches.rollouts.removed(metadata, uid)
  throw outrun()
}

const conflicts = (error: unknown): boolean => error instanceof KubeError && (error.conflict || error.notFound)

/** One write, only when something changed. `as`: the Rollout as it was observed, or as our own write just now left it; fails when anybody else wrote it since. */
async function writeStatus(as: Versioned, status: RolloutStatus, world: World): Promise<Versioned> {
  const { deletionTimestamp, finalizers } = as.metadata
  if (as.status !== undefined && same(as.status, status)) return as
  if (deletionTimestamp && !finalizers?.length) return as
  return patchStatus({ kind: 'Rollout', metadata: as.metadata }, status, world)
}

async function giveAnswers({ rollout, commands }: Observed, { answers }: Plan, { client, caches, log }: World): Promise<void> {
  for (const { name, phase, message, at } of answers) {
    const command = commands.find(({ metadata }) => metadata.name === name)
    if (!command) continue
    const ref = { apiVersion: 'serin.dev/v1alpha1', kind: 'RolloutCommand', namespace: rollout.metadata.namespace, name }
    const { resourceVersion } = command.metadata
    try {
      // One answer only: who was overtaken meanwhile comes too late.
      caches.commands.wrote(
        await client.merge(ref, { metadata: { resourceVersion }, status: { phase, message, at } }, { subresource: 'status' }),
      )
      log.info({ command: `${rollout.metadata.namespace}/${name}`, phase, requestId: requestIdOf(command) }, message)
    } catch (error) {
      if (!conflicts(error)) throw error
    }
  }
}

/** A write that the API server refuses for good is said where people look. */
async function complain(
  observed: Observed,
  { latest, known: before }: { latest: Versioned; known: RolloutStatus | undefined },
  error: ActionFailed,
  world: World,
): Promise<void> {
  const { cause } = error
  if (cause instanceof KubeError && cause.transient) return
  if (!before || before.message === error.message) return
  const run = before.run && {
    ...before.run,
    waiting: { for: error.action.because, because: error.message, since: iso(world.clock.now()) },
  }
  world.tell(observed.rollout, { type: 'Warning', reason: 'WriteRefused', message: error.message })
  try {
    await writeStatus(latest, { ...before, message: error.message, ...(run ? { run } : {}) }, world)
  } catch (again) {
    world.log.warn({ err: again }, 'the refusal could not be written to the status')
  }
}

/**
 * No Rollout of that name: what it guarded is let go, sets do not name it any more, and the Service that a run of it held is as it was, when somebody
 * took its finalizer away before.
 */
async function forget(key: string, world: World): Promise<Recheck> {
  const [namespace = '', name = ''] = key.split('/')
  world.complaints.delete(key)
  const gate = await world.gateOf(namespace)
  if (typeof gate === 'object') return 'never'
  for (const workload of world.caches.workloads.byIndex(rolloutIndex, key)) {
    const kind = kindOf(workload.kind)
    const view = kind.view(workload, [], { apiVersion: '', kind: 'Rollout', name, uid: '' })
    // Paused all the time by the pausing gate: if nothing is held in it, it is let go.
    if (gate === 'paused' && view.held && !view.noticed) return { at: world.clock.now() + 500 }
    const atRest = gate === 'paused' && view.settled
    const actions = [...(atRest ? kind.letGo(view, 'nobody guards it any more') : []), ...kind.unmanage(view)]
    await apply(actions, world)
  }
  // The Services that a run makes are collected as garbage.
  const held = world.caches.services.byIndex(rolloutIndex, key)
  const root = held.find(({ metadata }) => !metadata.ownerReferences?.some(({ kind }) => kind === 'Rollout'))
  const actions = [
    ...unlabelled(world.caches.sets.byIndex(rolloutIndex, key), name).map(fenced),
    ...(root ? strayPin({ service: root, rollout: { metadata: { name } } }) : []),
  ]
  await apply(actions, world, () => absent(namespace, name, world))
  return 'never'
}

/** The fence where no Rollout is known. */
async function absent(namespace: string, name: string, { client }: World): Promise<void> {
  if (await client.get({ apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', namespace, name })) throw outrun()
}
