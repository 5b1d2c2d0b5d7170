import { describe, expect, it } from 'vitest'
import { type Course, type Taken, takeCourse } from '../dsl/deaths.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import type { Death } from '../dsl/lifeline.ts'

const seed = Number(process.env.SEED ?? 1)
const always = process.env.EVERY_WRITE === 'both'

async function taken(course: Course, death?: Death): Promise<Taken> {
  const cluster = embeddedCluster(seed)
  try {
    return await takeCourse(cluster, course, death)
  } finally {
    await cluster.stop()
  }
}

/**
 * Takes each course once in peace, then once for each of its writes with the controller dying there and another in its place. All must
 * leave the same state. `both`: with the write done and its answer lost, and with the write not done. Without it the second is taken only
 * at the first write: a server that the n-th write never reached is the server that did the one before, but for the time between the two.
 * `every`: only each so-many-th write, to save time; EVERY_WRITE=both takes all. The simulation has controllers die at any request besides.
 */
export function everyWrite(courses: readonly Course[], { both, every = 1 }: { both: boolean; every?: number }): void {
  describe.each(courses)('$name, whatever write its controller dies at', (course) => {
    it('ends in the same state', { timeout: 240_000 }, async () => {
      const whole = await taken(course)
      expect(whole.writes.length).toBeGreaterThan(10)
      for (let atWrite = 1; atWrite <= whole.writes.length; atWrite += always ? 1 : every) {
        for (const write of both || always || atWrite === 1 ? (['done', 'not done'] as const) : (['done'] as const)) {
          const { state } = await taken(course, { atWrite, write })
          expect(state, `dead at write ${atWrite} (${write}), ${whole.writes[atWrite - 1]}, seed ${seed}`).toEqual(whole.state)
        }
      }
    })
  })
}
