import { quantileSorted } from 'simple-statistics'
import { events, type Requests, reads, writes } from '../control/process.ts'
import type { Span } from './span.ts'

/** What a scenario found, by name. */
export type Figures = Record<string, number | Record<string, number>>

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

export const byResource = (requests: Requests, per: number): Record<string, number> =>
  Object.fromEntries([...requests].sort().map(([key, count]) => [key, round(count / per)]))

/** Of a time in which nothing happened. */
export function restFigures({ seconds, cpuSeconds, requests }: Span): Figures {
  const minutes = seconds / 60
  return {
    seconds: Math.round(seconds),
    cpuSecondsAMinute: round(cpuSeconds / minutes),
    writes: writes(requests),
    reads: reads(requests),
    requestsAMinute: byResource(requests, minutes),
  }
}

/** Of releases begun at once. */
export function stormFigures(span: Span, { wall, each }: { wall: number; each: number[] }, idealSeconds: number): Figures {
  const count = each.length
  const { cpuSeconds, requests, reconciles, answers } = span
  return {
    releases: count,
    idealSeconds,
    wallSeconds: round(wall),
    timesIdeal: round(wall / idealSeconds),
    p50Seconds: round(quantileSorted(each, 0.5)),
    p95Seconds: round(quantileSorted(each, 0.95)),
    cpuMillisecondsARelease: round((1000 * cpuSeconds) / count, 1),
    controllerShareOfACore: round(cpuSeconds / span.seconds),
    writesARelease: round(writes(requests) / count),
    eventsARelease: round(events(requests) / count),
    readsARelease: round(reads(requests) / count),
    reconciles: reconciles.count,
    reconcileP50Ms: round(reconciles.quantile(0.5), 1),
    reconcileP99Ms: round(reconciles.quantile(0.99), 1),
    answerP50Ms: round(answers.quantile(0.5), 1),
    answerP99Ms: round(answers.quantile(0.99), 1),
    requestsARelease: byResource(requests, count),
  }
}
