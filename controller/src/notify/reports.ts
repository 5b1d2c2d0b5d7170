import { iso } from '../api/fields.ts'
import type { NotificationStatus } from '../api/notification.ts'
import type { NotifierStatus } from '../api/notifier.ts'
import type { Condition } from '../api/rolloutStatus.ts'
import type { Clock, Instant } from '../clock.ts'
import { KubeError } from '../kube/errors.ts'
import type { KubeObject } from '../kube/types.ts'
import { same } from '../traffic/patch.ts'
import { phaseOf } from './ledger.ts'

export interface ReportsOptions {
  readonly clock: Clock
  notifier(lane: string): KubeObject | undefined
  /** Its Notifications. */
  notifications(lane: string): readonly KubeObject[]
  write(notifier: KubeObject, status: NotifierStatus): Promise<void>
  failed(error: unknown): void
}

/** Shows people how each Notifier does, in its status: at most once in ten seconds, and only when something changed. */
export interface Reports {
  /** Its numbers may have changed. */
  touched(lane: string): void
  sent(lane: string): void
  erred(lane: string, message: string): void
  stop(): void
}

const firstMs = 500
const againMs = 10_000

interface News {
  sentAt?: Instant
  error?: { at: Instant; message: string }
}

export function openReports(options: ReportsOptions): Reports {
  const { clock } = options
  const news = new Map<string, News>()
  const timers = new Map<string, () => void>()
  const written = new Map<string, Instant>()

  const write = async (lane: string): Promise<void> => {
    const notifier = options.notifier(lane)
    if (!notifier) return void news.delete(lane)
    const status = statusNow(notifier, options.notifications(lane), news.get(lane) ?? {}, clock.now())
    if (same(notifier.status ?? {}, status)) return
    written.set(lane, clock.now())
    try {
      await options.write(notifier, status)
    } catch (error) {
      if (error instanceof KubeError && error.notFound) return
      options.failed(error)
      plan(lane)
    }
  }
  const plan = (lane: string): void => {
    if (timers.has(lane)) return
    const wait = Math.max(firstMs, (written.get(lane) ?? Number.NEGATIVE_INFINITY) + againMs - clock.now())
    timers.set(
      lane,
      clock.after(wait, () => {
        timers.delete(lane)
        void write(lane)
      }),
    )
  }
  const heard = (lane: string, more: News): void => {
    news.set(lane, { ...news.get(lane), ...more })
    plan(lane)
  }
  return {
    touched: plan,
    sent: (lane) => heard(lane, { sentAt: clock.now() }),
    erred: (lane, message) => heard(lane, { error: { at: clock.now(), message } }),
    stop() {
      for (const cancel of timers.values()) cancel()
      timers.clear()
      news.clear()
    },
  }
}

/** The whole status. What this process has no news of stays as it was. */
function statusNow(notifier: KubeObject, notifications: readonly KubeObject[], { sentAt, error }: News, now: Instant): NotifierStatus {
  const before = notifier.status as NotifierStatus | undefined
  const phases = notifications.map(phaseOf)
  const count = (phase: NotificationStatus['phase']) => phases.filter((one) => one === phase).length
  const lastSentAt = sentAt === undefined ? before?.lastSentAt : iso(sentAt)
  const lastError = error === undefined ? before?.lastError : { at: iso(error.at), message: error.message }
  const ready = readyOf(lastSentAt, lastError)
  const known = before?.conditions.find(({ type }) => type === 'Ready')
  const { generation } = notifier.metadata
  const condition: Condition | undefined = ready && {
    type: 'Ready',
    ...ready,
    lastTransitionTime: known?.status === ready.status ? known.lastTransitionTime : iso(now),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
  return {
    conditions: condition ? [condition] : [],
    ...(lastSentAt === undefined ? {} : { lastSentAt }),
    ...(lastError === undefined ? {} : { lastError }),
    pending: count('Pending'),
    dead: count('Dead'),
    ...(before?.test ? { test: before.test } : {}),
  }
}

function readyOf(
  sentAt: string | undefined,
  error: { at: string; message: string } | undefined,
): Pick<Condition, 'status' | 'reason' | 'message'> | undefined {
  if (error && (sentAt === undefined || error.at > sentAt)) return { status: 'False', reason: 'NotSent', message: error.message }
  return sentAt === undefined ? undefined : { status: 'True', reason: 'Sent', message: 'the last message arrived' }
}
