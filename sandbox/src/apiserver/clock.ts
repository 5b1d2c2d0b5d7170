import type { SandboxClock } from '../types.ts'

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: SandboxClock = {
  now: () => Date.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

let [lastSecond, lastText] = [Number.NaN, '']

/** metav1.Time: whole seconds, in UTC. Asked many times within one. */
export function timestamp(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second !== lastSecond) {
    lastText = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`
    lastSecond = second
  }
  return lastText
}
