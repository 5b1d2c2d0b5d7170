import { iso } from '../api/fields.ts'
import type { NotificationSpec, NotificationStatus } from '../api/notification.ts'
import { apiVersion } from '../api/rollout.ts'
import { type Clock, type Instant, sleep } from '../clock.ts'
import { backoff } from '../kube/backoff.ts'
import { KubeError } from '../kube/errors.ts'
import type { Log } from '../kube/log.ts'
import type { Store } from '../kube/store.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import { freshMs } from './wanted.ts'

/** How long what arrived stays: longer than anything is fresh, so that what is forgotten is never told again. */
const keptMs = 6 * freshMs
/** How long what was given up stays, for people. */
const deadKeptMs = 7 * 24 * 3_600_000

export const notificationSpec = (object: KubeObject): NotificationSpec => object.spec as NotificationSpec
export const phaseOf = ({ status }: KubeObject): NotificationStatus['phase'] =>
  (status as NotificationStatus | undefined)?.phase ?? 'Pending'
const settledAt = ({ status }: KubeObject): Instant => Date.parse((status as NotificationStatus | undefined)?.at ?? '')

export const subjectIndex = 'subject'
export const notifierIndex = 'notifier'

/** What it is about: "Rollout shop/web". */
export const subjectOf = (notification: KubeObject): string => {
  const { of } = notificationSpec(notification)
  return `${of.kind} ${notification.metadata.namespace}/${of.name}`
}

/** A name for its Notifier: a later one of the same name is another. */
export function laneOfNotification(notification: KubeObject): string {
  const { kind, name, uid } = notificationSpec(notification).notifier
  return `${kind} ${kind === 'Notifier' ? `${notification.metadata.namespace}/${name}` : name} ${uid}`
}

/** For the store of Notifications. */
export const notificationIndexes = {
  [subjectIndex]: (object: KubeObject): string[] => [subjectOf(object)],
  [notifierIndex]: (object: KubeObject): string[] => [laneOfNotification(object)],
}

/**
 * What was told to whom, as Notifications in the cluster. To make one is to claim it: its name says what and to whom, so the API server takes it once. What
 * nobody wrote down as sent is sent again by whoever leads next, with the same delivery id.
 */
export interface Ledger {
  /** False: it was there already, or its namespace takes nothing any more. */
  claim(notification: KubeObject): Promise<boolean>
  /** Tries until it is done, the Notification is gone, or the signal says to stop. */
  settle(notification: KubeObject, phase: NotificationStatus['phase'], message: string): Promise<void>
  remove(notification: KubeObject): Promise<void>
}

export interface LedgerOptions {
  readonly client: KubeClient
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly signal: AbortSignal
}

export function openLedger({ client, store, clock, random, log, signal }: LedgerOptions): Ledger {
  const refOf = ({ metadata }: KubeObject) => ({
    apiVersion,
    kind: 'Notification',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  })
  return {
    async claim(notification) {
      const { metadata } = notification
      if (store.get({ namespace: metadata.namespace ?? '', name: metadata.name })) return false
      try {
        store.wrote(await client.create(notification))
        return true
      } catch (error) {
        if (!(error instanceof KubeError)) throw error
        if (error.alreadyExists) return false
        // A namespace that is going away.
        if (!error.notFound && !(error.forbidden && error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating')))
          throw error
        return false
      }
    },
    async settle(notification, phase, message) {
      const known = notification.status as NotificationStatus | undefined
      if (known?.phase === phase && known.message === message) return
      const status: NotificationStatus = { phase, message, at: iso(clock.now()) }
      const waits = backoff({ firstMs: 100, mostMs: 30_000, random })
      while (!signal.aborted) {
        try {
          store.wrote(await client.merge(refOf(notification), { status }, { subresource: 'status' }))
          return
        } catch (error) {
          if (error instanceof KubeError && error.notFound) return
          if (!signal.aborted)
            log.warn(
              { err: error, notification: notification.metadata.name },
              'what became of a notification could not be written; it is tried again',
            )
          await sleep(clock, waits.next(), signal)
        }
      }
    },
    async remove(notification) {
      const { namespace = '', name, uid = '' } = notification.metadata
      await client.delete(refOf(notification), { uid })
      store.removed({ namespace, name }, uid)
    },
  }
}

/** Whether nobody needs it any more. `beside`: the others of the same subject. */
export function outlived(notification: KubeObject, beside: readonly KubeObject[], notifierLives: boolean, now: Instant): boolean {
  const phase = phaseOf(notification)
  if (phase === 'Pending') return false
  const age = now - settledAt(notification)
  if (phase === 'Dead') return age >= deadKeptMs
  if (age < keptMs) return false
  const { id, ends, opens, notifier } = notificationSpec(notification)
  const mates = beside.map(notificationSpec).filter((other) => other.notifier.uid === notifier.uid)
  // A problem is remembered until its end was told, and its end until the problem is forgotten: else it would be told again.
  if (opens && notifierLives) return mates.some((other) => other.ends === id)
  return ends === undefined || !mates.some((other) => other.id === ends)
}
