import { setImmediate } from 'node:timers/promises'

/** After so long others have their turn. */
const sliceMs = 10

/** Drives something long to its end, a slice at a time, so that other requests are answered meanwhile. */
export async function inTurns<T>(long: Generator<void, T>): Promise<T> {
  let began = performance.now()
  for (let step = long.next(); ; step = long.next()) {
    if (step.done) return step.value
    if (performance.now() - began < sliceMs) continue
    await setImmediate()
    began = performance.now()
  }
}
