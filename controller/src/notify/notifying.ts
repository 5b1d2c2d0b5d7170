import { iso } from '../api/fields.ts'
import type { NotifierStatus } from '../api/notifier.ts'
import { targetKindOf } from '../api/notifier.ts'
import { apiVersion } from '../api/rollout.ts'
import { type Clock, sleep } from '../clock.ts'
import type { Log } from '../kube/log.ts'
import { type WorkQueue, workQueue } from '../kube/queue.ts'
import type { Store } from '../kube/store.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { keyOf } from '../kube/versions.ts'
import { type Again, runWorkers, type Workers } from '../kube/workers.ts'
import { SourceError } from '../metrics/errors.ts'
import { happeningsOfRollout, happeningsOfSource, overOf, recovery, stirredSince } from './events.ts'
import { laneOfNotification, notificationSpec, notifierIndex, openLedger, outlived, phaseOf, subjectIndex, subjectOf } from './ledger.ts'
import type { NotifyObserver } from './notifyMetrics.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import { openReports, type Reports } from './reports.ts'
import { probe, type Sender, send, targetOf } from './send.ts'
import { runTest, testAsked } from './testMessage.ts'
import { freshMs, hears, notificationOf, specOf, wants } from './wanted.ts'
import type { Told } from './wording.ts'

export interface NotifyWorld {
  readonly client: KubeClient
  readonly stores: {
    readonly rollouts: Store
    readonly sources: Store
    readonly notifiers: { readonly Namespace: Store; readonly Cluster: Store }
    /** With the indexes below. */
    readonly notifications: Store
  }
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly sender: Sender
  /** Whether we look after that namespace: what happens in others is told by others. */
  ours(namespace: string): Promise<boolean>
  readonly observer?: NotifyObserver
}

export interface Notifying {
  /** We lead, and the caches are filled. */
  begin(): void
  /** Resolves when what is being sent is done with, but soon. */
  end(): Promise<void>
}

const workers = 4
const sweepEveryMs = 600_000
const patienceMs = 3_000

/** A Notifier's name in here, and that of its lane: a later one of the same name is another. */
const laneOf = ({ kind, metadata }: KubeObject): string => `${kind} ${keyOf(metadata)} ${metadata.uid}`

/**
 * Tells people what happens: watches the same caches as the controller, beside its reconcile loop. What happened is read off the objects as they are, claimed
 * as a Notification for each Notifier that wants it, then sent by an outbox. Works only between begin and end.
 */
export function openNotifying(world: NotifyWorld): Notifying {
  const { stores, log } = world
  let at: Work | undefined
  stores.rollouts.onChange(({ object, old }) => {
    if (old === undefined || old.status !== object.status) at?.changed(object)
  })
  stores.sources.onChange(({ object }) => at?.changed(object))
  stores.notifications.onChange(({ type, object }) => at?.moved(object, type === 'deleted'))
  for (const store of Object.values(stores.notifiers))
    store.onChange(({ type, object, old }) => {
      if (type !== 'deleted') at?.told(object, old === undefined || old.metadata.generation !== object.metadata.generation)
    })
  return {
    begin() {
      at = work(world)
      at.everything()
    },
    async end() {
      const ending = at
      at = undefined
      try {
        await ending?.stop()
      } catch (error) {
        log.warn({ err: error }, 'notifications could not be ended well')
      }
      world.observer?.reset()
    },
  }
}

interface Work {
  everything(): void
  changed(object: KubeObject): void
  moved(notification: KubeObject, gone: boolean): void
  told(notifier: KubeObject, anew: boolean): void
  stop(): Promise<void>
}

/** All that is in hand while we lead. */
function work(world: NotifyWorld): Work {
  const { client, stores, clock, random, log, sender, observer } = world
  const over = new AbortController()
  const queue: WorkQueue = workQueue({ clock })
  const ledger = openLedger({ client, store: stores.notifications, clock, random, log, signal: over.signal })
  const notifiers = () => [...stores.notifiers.Namespace.list(), ...stores.notifiers.Cluster.list()]
  const storeOf = ({ kind }: { kind: string | undefined }): Store => stores.notifiers[kind === 'ClusterNotifier' ? 'Cluster' : 'Namespace']
  const notifierOf = (lane: string): KubeObject | undefined => {
    const [kind, key = '', uid] = lane.split(' ')
    const found = storeOf({ kind }).byKey(key)
    return found?.metadata.uid === uid ? found : undefined
  }
  const kindOf = (lane: string) => {
    const notifier = notifierOf(lane)
    return notifier && targetKindOf(specOf(notifier))
  }
  const refOf = ({ kind, metadata: { namespace, name } }: KubeObject) => ({
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  })

  const reports: Reports = openReports({
    clock,
    notifier: notifierOf,
    notifications: (lane) => stores.notifications.byIndex(notifierIndex, lane),
    async write(notifier, { test: _, ...status }) {
      storeOf(notifier).wrote(await client.merge(refOf(notifier), { status }, { subresource: 'status' }))
    },
    failed(error) {
      log.warn({ err: error }, 'the status of a Notifier could not be written')
    },
  })

  const outbox: Outbox = openOutbox({
    clock,
    random,
    chat(lane) {
      const notifier = notifierOf(lane)
      return notifier !== undefined && targetOf(notifier).chat
    },
    async send(lane, keys) {
      const notifier = notifierOf(lane)
      if (!notifier) throw new SourceError('refused', 'its Notifier is gone')
      const [told, ...more] = keys.flatMap(toldOf)
      if (!told) return
      try {
        await send(notifier, [told, ...more], sender)
      } catch (error) {
        if (!(error instanceof SourceError)) log.error({ err: error, notifier: lane }, 'a message could not be made')
        throw error
      }
    },
    async settled(lane, keys, { phase, message }) {
      const kind = kindOf(lane)
      if (kind) observer?.done(kind, phase === 'Pending' ? 'failed' : phase === 'Sent' ? 'sent' : 'dead', keys.length)
      if (phase === 'Sent') reports.sent(lane)
      else {
        reports.erred(lane, message)
        log.warn({ notifier: lane, notifications: keys, phase, because: message }, 'not told')
      }
      await Promise.all(
        keys.map(async (key) => {
          const notification = stores.notifications.byKey(key)
          if (notification) await ledger.settle(notification, phase, message)
        }),
      )
    },
    size(lane, more) {
      const kind = kindOf(lane)
      if (kind) observer?.pending(kind, more)
    },
  })
  const toldOf = (key: string): Told[] => {
    const notification = stores.notifications.byKey(key)
    return notification ? [{ spec: notificationSpec(notification), namespace: notification.metadata.namespace ?? '' }] : []
  }

  const moved = (notification: KubeObject, gone: boolean): void => {
    const lane = laneOfNotification(notification)
    const key = keyOf(notification.metadata)
    reports.touched(lane)
    if (gone || phaseOf(notification) !== 'Pending') outbox.drop(lane, key)
    else if (notifierOf(lane)) outbox.put(lane, key, Date.parse(notificationSpec(notification).at))
    else queue.add(`Orphan ${key}`, 'low')
    // Its problem may be over by now.
    if (!gone && phaseOf(notification) === 'Sent' && notificationSpec(notification).opens) queue.add(subjectOf(notification), 'low')
  }

  const lookAtSubject = async (key: string): Promise<void> => {
    const [kind, place = ''] = key.split(' ')
    const [namespace = ''] = place.split('/')
    const object = (kind === 'Rollout' ? stores.rollouts : stores.sources).byKey(place)
    const beside = stores.notifications.byIndex(subjectIndex, key)
    const now = clock.now()
    const due = [...(object ? news(object) : []), ...endings(beside, object)]
    if (due.length === 0 || !(await world.ours(namespace))) return
    for (const notification of due) await ledger.claim(notification)

    function news(of: KubeObject): KubeObject[] {
      const found = of.kind === 'MetricSource' ? happeningsOfSource(of) : happeningsOfRollout(of)
      const mine = notifiers().filter((notifier) => hears(notifier, of))
      return mine.flatMap((notifier) =>
        found.filter((one) => wants(notifier, one, now)).map((one) => notificationOf(notifier, namespace, one)),
      )
    }
  }

  /** The ends of problems that were told. */
  const endings = (beside: readonly KubeObject[], object: KubeObject | undefined): KubeObject[] =>
    beside.flatMap((problem) => {
      const spec = notificationSpec(problem)
      const notifier = notifierOf(laneOfNotification(problem))
      if (!notifier || !spec.opens || phaseOf(problem) !== 'Sent') return []
      const because = overOf(spec, object?.metadata.uid === spec.of.uid ? object : undefined)
      if (because === undefined) return []
      return [notificationOf(notifier, problem.metadata.namespace ?? '', recovery(spec, because, iso(clock.now())))]
    })

  const lookAtTest = async (key: string): Promise<void> => {
    const [, kind, place = ''] = key.split(' ')
    const notifier = storeOf({ kind }).byKey(place)
    const id = notifier && testAsked(notifier)
    if (!notifier || id === undefined || !(await world.ours(notifier.metadata.namespace ?? sender.systemNamespace))) return
    await runTest(id, notifier, {
      clock,
      send: (told) => probe(notifier, told, sender),
      async write(test) {
        const first = test.result === 'Sending'
        const status = { ...(notifier.status as NotifierStatus | undefined), test }
        const written = first
          ? client.patch(
              refOf(notifier),
              [
                { op: 'test', path: '/metadata/resourceVersion', value: notifier.metadata.resourceVersion },
                { op: 'add', path: '/status', value: status },
              ],
              { subresource: 'status' },
            )
          : client.merge(refOf(notifier), { status: { test } }, { subresource: 'status' })
        storeOf(notifier).wrote(await written)
      },
    })
  }

  const handle = async (key: string): Promise<Again> => {
    const [what, place = ''] = key.split(' ')
    if (what === 'Test') await lookAtTest(key)
    else if (what === 'Orphan') {
      const orphan = stores.notifications.byKey(place)
      if (orphan && phaseOf(orphan) === 'Pending') await ledger.settle(orphan, 'Dead', 'its Notifier is gone')
    } else await lookAtSubject(key)
    return 'no'
  }
  const staff: Workers = runWorkers(queue, workers, handle, { clock, log })

  const sweep = async (): Promise<void> => {
    for (const notification of stores.notifications.list()) {
      if (over.signal.aborted) return
      const beside = stores.notifications.byIndex(subjectIndex, subjectOf(notification))
      const lives = notifierOf(laneOfNotification(notification)) !== undefined
      if (!outlived(notification, beside, lives, clock.now())) continue
      try {
        if (await world.ours(notification.metadata.namespace ?? '')) await ledger.remove(notification)
      } catch (error) {
        log.warn({ err: error, notification: keyOf(notification.metadata) }, 'an old notification could not be deleted')
      }
    }
  }
  const keepSweeping = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await sleep(clock, sweepEveryMs, over.signal)
      if (!over.signal.aborted) void sweep()
    }
  }
  void keepSweeping()

  const changed = (object: KubeObject, priority: 'high' | 'low' = 'high') => {
    const key = `${object.kind} ${keyOf(object.metadata)}`
    if (stores.notifiers.Namespace.size + stores.notifiers.Cluster.size + stores.notifications.size > 0) queue.add(key, priority)
  }
  const askTest = (notifier: KubeObject) => {
    if (testAsked(notifier) !== undefined) queue.add(`Test ${notifier.kind} ${keyOf(notifier.metadata)}`)
  }
  const everySubject = () => {
    const since = clock.now() - freshMs
    for (const rollout of stores.rollouts.list()) if (stirredSince(rollout, since)) changed(rollout, 'low')
    for (const source of stores.sources.list()) changed(source, 'low')
  }
  return {
    everything() {
      for (const notifier of notifiers()) askTest(notifier)
      for (const notification of stores.notifications.list()) moved(notification, false)
      everySubject()
    },
    changed,
    moved,
    told(notifier, anew) {
      askTest(notifier)
      if (!anew) return
      outbox.hurry(laneOf(notifier))
      everySubject()
    },
    async stop() {
      queue.shutDown()
      const patience = sleep(clock, patienceMs)
      await Promise.race([Promise.all([outbox.stop(), staff.stop()]), patience])
      over.abort()
      reports.stop()
    },
  }
}
