import type { ImageBehaviour } from '../../sandbox/src/controllers/images.ts'

/** What a version is like. Its name says it: "slow3" is the third one, and slow to start. */
export const natures = [
  'good',
  'slow',
  'unready',
  'crash',
  'missing',
  'flaky',
  'errors',
  /** In no registry when it is released, and there later. */
  'soonmissing',
  /** Ready for some seconds only. */
  'fades',
  /** Its errors begin some time after its start. */
  'sours',
  /** Ready again and again, never for long. */
  'flaps',
] as const
export type Nature = (typeof natures)[number]

export const behaviours: Record<string, Partial<ImageBehaviour>> = {
  'demo:good': { startMs: 200 },
  'demo:slow': { startMs: 2_500 },
  'demo:unready': { startMs: 200, ready: false },
  'demo:crash': { startMs: 200, crashAfterMs: 400 },
  // Starts again and again, and serves in between.
  'demo:flaky': { startMs: 150, crashAfterMs: 6_000 },
  'demo:errors': { startMs: 200 },
  'demo:fades': { startMs: 200, readyForMs: 5_000 },
  'demo:sours': { startMs: 200 },
  'demo:flaps': { startMs: 200, readyForMs: 300, readyEveryMs: 1_500 },
}

export const natureOf = (version: string): Nature => natures.find((nature) => version.startsWith(nature)) ?? 'good'

const usualShare = 0.004
const badShare = 0.25
const sweetMs = 20_000

/** Share of the requests that the metric source shows as failed when the pod is so old. */
export function errorShareOf(version: string, ageMs: number): number {
  const nature = natureOf(version)
  return nature === 'errors' || (nature === 'sours' && ageMs >= sweetMs) ? badShare : usualShare
}

/** So many milliseconds of requests failed until a pod was so old, when it gets as many at any time. */
export function failedMs(version: string, ageMs: number): number {
  const sweet = natureOf(version) === 'sours' ? Math.min(ageMs, sweetMs) : 0
  return sweet * usualShare + (ageMs - sweet) * errorShareOf(version, ageMs)
}

/** How many requests of a pod failed until it was so old, at so many a second. */
export const failuresOf = (version: string, ageMs: number, rate: number): number => Math.floor((rate * failedMs(version, ageMs)) / 1000)
