import { Counter, Gauge, type Registry } from 'prom-client'
import { type TargetKind, targetKinds } from '../api/notifier.ts'

export interface NotifyObserver {
  /** So many notifications arrived, went wrong for now, or were given up. */
  done(kind: TargetKind, outcome: 'sent' | 'failed' | 'dead', notifications: number): void
  /** So many more are on their way. */
  pending(kind: TargetKind, more: number): void
  /** This process does not send any more. */
  reset(): void
}

const outcomes = ['sent', 'failed', 'dead'] as const

/** Registers the metrics of notifications. Call once for each registry. */
export function notifyMetrics(registry: Registry): NotifyObserver {
  const registers = [registry]
  const done = new Counter({
    name: 'serin_notifications_total',
    help: 'Notifications by the kind of their target and what became of a try: sent, failed (tried again), dead (given up after a day).',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const pending = new Gauge({
    name: 'serin_notifications_pending',
    help: 'Notifications on their way, by the kind of their target.',
    labelNames: ['kind'],
    registers,
  })
  const reset = () => {
    for (const kind of targetKinds) pending.set({ kind }, 0)
  }
  for (const kind of targetKinds) for (const outcome of outcomes) done.inc({ kind, outcome }, 0)
  reset()
  return {
    done: (kind, outcome, notifications) => done.inc({ kind, outcome }, notifications),
    pending: (kind, more) => pending.inc({ kind }, more),
    reset,
  }
}
