import type { ImageBehaviour } from '../../sandbox/src/controllers/images.ts'

/** What a version is like. Its name says it: "slow3" is the third one, and slow to start. */
export const natures = ['good', 'slow', 'unready', 'crash', 'missing', 'flaky', 'errors'] as const
export type Nature = (typeof natures)[number]

export const behaviours: Record<string, Partial<ImageBehaviour>> = {
  'demo:good': { startMs: 200 },
  'demo:slow': { startMs: 2_500 },
  'demo:unready': { startMs: 200, ready: false },
  'demo:crash': { startMs: 200, crashAfterMs: 400 },
  // Starts again and again, and serves in between.
  'demo:flaky': { startMs: 150, crashAfterMs: 6_000 },
  'demo:errors': { startMs: 200 },
}

export const natureOf = (version: string): Nature => natures.find((nature) => version.startsWith(nature)) ?? 'good'

/** Share of requests that the metric source shows as failed. */
export const errorShareOf = (version: string): number => (natureOf(version) === 'errors' ? 0.25 : 0.004)

/** Whether it can ever serve as it should. */
export const serves = (version: string): boolean => ['good', 'slow', 'flaky', 'errors'].includes(natureOf(version))
