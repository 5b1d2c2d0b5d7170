import { Gauge, Histogram, type Registry } from 'prom-client'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'

const phases: readonly RolloutStatus['phase'][] = ['Healthy', 'Progressing', 'Paused', 'Degraded']

export interface RolloutMetricsOptions {
  registry: Registry
  /** Of every Rollout this process looks after; undefined while it does not lead. */
  statuses: () => readonly RolloutStatus[] | undefined
  now: () => Instant
}

/** How many Rollouts are in each phase. */
function byPhase(statuses: readonly RolloutStatus[]): Record<RolloutStatus['phase'], number> {
  const counted = { Healthy: 0, Progressing: 0, Paused: 0, Degraded: 0 }
  for (const { phase } of statuses) counted[phase]++
  return counted
}

/** Milliseconds that the run which has stood still longest waits for the same thing: not for a person, and not for the end of a pause that it was told to make. */
export function longestWait(statuses: readonly RolloutStatus[], now: Instant): number {
  const stuck = statuses.flatMap(({ phase, run }) => {
    const pauses = run?.stage === 'Stepping' && run.step?.kind === 'pause'
    return phase === 'Paused' || pauses || !run?.waiting ? [] : [now - Date.parse(run.waiting.since)]
  })
  return stuck.reduce((longest, one) => Math.max(longest, one), 0)
}

/**
 * Registers the metrics of Rollouts and analyses; gives whom to tell that an interval was judged so many seconds after it was due. Gauges are
 * computed when they are asked for. A standby has no series of them, so that sums and maxima over replicas and shards are right.
 */
export function rolloutMetrics({ registry, statuses, now }: RolloutMetricsOptions): { judged(seconds: number): void } {
  const registers = [registry]
  new Gauge({
    name: 'serin_rollouts',
    help: 'Rollouts by phase; only where this process leads.',
    labelNames: ['phase'],
    registers,
    collect() {
      this.reset()
      const known = statuses()
      if (!known) return
      const counted = byPhase(known)
      for (const phase of phases) this.set({ phase }, counted[phase])
    },
  })
  new Gauge({
    name: 'serin_run_waiting_seconds_max',
    help: 'How long the run that has stood still longest waits for the same thing, pauses and waiting for people left out; only where this process leads.',
    registers,
    collect() {
      const known = statuses()
      if (known) this.set(longestWait(known, now()) / 1000)
      else this.remove()
    },
  })
  const lag = new Histogram({
    name: 'serin_analysis_lag_seconds',
    help: 'How long after it was due an interval of an analysis was judged; it is due when it is over and its sources have its data.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    registers,
  })
  return { judged: (seconds) => lag.observe(seconds) }
}
