import { NotificationSpec, NotificationStatus } from '../../api/notification.ts'
import { NotifierSpec, NotifierStatus, type TargetKind, targetKindOf, targetKinds } from '../../api/notifier.ts'
import { eventsOf } from '../../api/notifierEvents.ts'
import type { KubeObject } from '../../kube/types.ts'
import type { NotificationItem, NotifierItem } from '../dto/notifying.ts'

const mostMailboxes = 3
const mostNotifications = 100

/** A Notifier and how it does. Of where it sends only what is no secret. Takes any object. */
export function notifierItem({ kind, metadata, spec: written, status: said }: KubeObject): NotifierItem {
  const target = targetKinds.find((one) => Object.hasOwn((written ?? {}) as object, one))
  // Of a kind that only a later version knows there is nothing to be said.
  const spec = target && NotifierSpec.safeParse(written).data
  const { data: status } = NotifierStatus.safeParse(said ?? {})
  const to = spec && toOf[targetKindOf(spec)](spec)
  const { names = [], matchLabels = {} } = spec?.rollouts ?? {}
  return {
    scope: kind === 'ClusterNotifier' ? 'Cluster' : 'Namespace',
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    name: metadata.name,
    target: target ?? 'unknown',
    ...(to === undefined ? {} : { to }),
    events: spec ? [...eventsOf(spec)] : [],
    namespaces: spec?.namespaces ?? [],
    rollouts: [...names, ...Object.entries(matchLabels).map(([label, value]) => `${label}=${value}`)],
    state: stateOf(status),
    ...(status?.lastSentAt === undefined ? {} : { lastSentAt: status.lastSentAt }),
    ...(status?.lastError === undefined ? {} : { lastError: status.lastError }),
    pending: status?.pending ?? 0,
    dead: status?.dead ?? 0,
    ...(status?.test === undefined ? {} : { test: status.test }),
  }
}

const order: readonly NotifierItem['state'][] = ['Failing', 'Ready', 'Unknown']

/** Those that do not arrive first, then by namespace and name. */
export function notifierItems(objects: readonly KubeObject[]): NotifierItem[] {
  const key = ({ namespace = '', name }: NotifierItem) => `${namespace}/${name}`
  return objects.map(notifierItem).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (key(a) < key(b) ? -1 : 1))
}

/** What that Notifier was to tell, the newest first. A later one of the same name is another; what cannot be understood is left out. */
export function notificationItems(objects: readonly KubeObject[], notifier: KubeObject): NotificationItem[] {
  return objects
    .flatMap((object) => {
      const { data: spec } = NotificationSpec.safeParse(object.spec)
      return spec && spec.notifier.uid === notifier.metadata.uid && spec.notifier.kind === notifier.kind ? [item(object, spec)] : []
    })
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.name < b.name ? -1 : 1))
    .slice(0, mostNotifications)
}

function item({ metadata, status: said }: KubeObject, { event, at, of, run, because }: NotificationSpec): NotificationItem {
  const { data: status } = NotificationStatus.safeParse(said)
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    event,
    at,
    of: { kind: of.kind, name: of.name },
    ...(run === undefined ? {} : { run }),
    because,
    phase: status?.phase ?? 'Pending',
    message: status?.message ?? 'It has not been sent yet.',
    ...(status ? { since: status.at } : {}),
  }
}

function stateOf(status: NotifierStatus | undefined): NotifierItem['state'] {
  const ready = status?.conditions.find(({ type }) => type === 'Ready')?.status
  return ready === 'True' ? 'Ready' : ready === 'False' ? 'Failing' : 'Unknown'
}

/** Where each kind of target sends. Addresses of incoming webhooks are secrets, and stand in none of these. */
const toOf: Readonly<Record<TargetKind, (spec: NotifierSpec) => string | undefined>> = {
  slack: ({ slack }) => slack?.channel ?? hostOf(slack?.url),
  teams: () => undefined,
  webhook: ({ webhook }) => hostOf(webhook?.url),
  email: ({ email }) => email && mailboxes(email.to),
  pagerDuty: ({ pagerDuty }) => hostOf(pagerDuty?.url),
  opsgenie: ({ opsgenie }) => hostOf(opsgenie?.url) ?? opsgenie?.region,
  github: ({ github }) => github && `${github.repo}, ${github.environment}`,
}

/** Of an address only the host: user, path and query may hold what is secret. */
function hostOf(address: string | undefined): string | undefined {
  return address === undefined || !URL.canParse(address) ? undefined : new URL(address).host || undefined
}

function mailboxes(to: readonly string[]): string {
  const more = to.length - mostMailboxes
  return `${to.slice(0, mostMailboxes).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
