import { createHash } from 'node:crypto'
import type { NotificationSpec } from '../api/notification.ts'
import { type NotifierSpec, targetKindOf } from '../api/notifier.ts'
import { eventsOf } from '../api/notifierEvents.ts'
import { type NotifyEvent, problemEvents } from '../api/notifyWords.ts'
import { apiVersion } from '../api/rollout.ts'
import type { Instant } from '../clock.ts'
import type { KubeObject } from '../kube/types.ts'
import { type Happening, openEvents } from './events.ts'
import { targets } from './targets/registry.ts'
import { short } from './wording.ts'

/** What is older when it is first seen is not told: whoever installs a Notifier, or starts the controller after a day, wants no history. */
export const freshMs = 3_600_000

export const specOf = (notifier: KubeObject): NotifierSpec => notifier.spec as NotifierSpec

/** Whether a Notifier is told of what happens there. `labels`: of the Rollout; a source has none that count. */
export function hears(notifier: KubeObject, { kind, metadata }: KubeObject): boolean {
  const { namespace } = notifier.metadata
  const { namespaces = [], rollouts } = specOf(notifier)
  if (namespace !== undefined && namespace !== metadata.namespace) return false
  if (namespaces.length > 0 && !namespaces.includes(metadata.namespace ?? '')) return false
  if (kind !== 'Rollout') return true
  const { names = [], matchLabels = {} } = rollouts ?? {}
  if (names.length > 0 && !names.includes(metadata.name)) return false
  return Object.entries(matchLabels).every(([label, value]) => metadata.labels?.[label] === value)
}

/** Whether a Notifier, that hears of it at all, wants to be told this now. */
export function wants(notifier: KubeObject, { event, at }: Pick<Happening, 'event' | 'at'>, now: Instant): boolean {
  const spec = specOf(notifier)
  const happened = Date.parse(at)
  if (!(now - happened <= freshMs)) return false
  // Of equal seconds the benefit of the doubt: creationTimestamps have no milliseconds.
  if (happened < Date.parse(notifier.metadata.creationTimestamp ?? '')) return false
  return eventsOf(spec).includes(event)
}

/** Whether, once told that, it is to be told that it is over. */
export function opensFor(notifier: KubeObject, event: NotifyEvent): boolean {
  const spec = specOf(notifier)
  const kind = targetKindOf(spec)
  if (targets[kind].incidents) return openEvents.includes(event)
  return problemEvents.includes(event) && eventsOf(spec).includes('Recovered')
}

/** The Notification of what happened for a Notifier. Its name follows from both: made twice, the second is refused by the API server. */
export function notificationOf(notifier: KubeObject, namespace: string, happening: Happening & { ends?: string }): KubeObject {
  const { kind, metadata } = notifier
  const { uid = '', name } = metadata
  const delivery = createHash('sha256').update(`${happening.id}\n${uid}`).digest('hex').slice(0, 32)
  const spec: NotificationSpec = {
    notifier: { kind: kind === 'ClusterNotifier' ? kind : 'Notifier', name, uid },
    delivery,
    ...happening,
    because: short(happening.because, longest),
    opens: happening.ends === undefined && opensFor(notifier, happening.event),
  }
  const names = [
    happening.of.name.slice(0, 150).replace(/[-.]+$/, ''),
    ...(happening.run === undefined ? [] : [String(happening.run)]),
    happening.event.toLowerCase(),
  ]
  return { apiVersion, kind: 'Notification', metadata: { name: `${names.join('-')}-${delivery.slice(0, 10)}`, namespace }, spec }
}

const longest = 4096
