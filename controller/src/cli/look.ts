import { sleep } from '../clock.ts'
import type { Io } from './io.ts'
import { isPassing } from './kubeErrors.ts'

/** How often the cluster is asked while something is watched. A glance, not a stream: a person sees no difference, and a broken connection heals by itself. */
const lookEveryMs = 1000

/**
 * Looks again and again until `see` says that it has seen enough, the deadline has passed or the person has had enough. A passing failure of
 * the cluster is told to `lost` and does not end it; any other does. Gives whether it ended because `see` had seen enough.
 */
export async function lookUntil<T>(
  io: Pick<Io, 'clock' | 'signal'>,
  options: { read(): Promise<T>; see(value: T): boolean; lost(error: unknown): void; deadline?: number; every?: number },
): Promise<boolean> {
  const { clock, signal } = io
  const { deadline = Number.POSITIVE_INFINITY, every = lookEveryMs } = options
  while (!signal.aborted) {
    try {
      if (options.see(await options.read())) return true
    } catch (error) {
      if (!isPassing(error)) throw error
      options.lost(error)
    }
    const left = deadline - clock.now()
    if (left <= 0) return false
    await sleep(clock, Math.min(every, left), signal)
  }
  return false
}
