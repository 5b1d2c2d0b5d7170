// One process of a pool: takes plans, or seeds of plans, and gives back how they went. With a mutant's name as its argument the product has that bug.
import { flushCompileCache } from 'node:module'
import { loadMutated } from './mutants/load.ts'
import type { Plan } from './plan.ts'

const [mutant] = process.argv.slice(2)
const isMutated = mutant === undefined ? undefined : loadMutated(mutant)
// Not sooner: what is imported before the hook is as it was written.
const [{ run }, { planOf }] = await Promise.all([import('./run.ts'), import('./plan.ts')])
if (isMutated?.() === false) throw new Error(`mutant '${mutant}': its file is not loaded by the simulation, or was loaded before`)

process.on('message', ({ of, keep }: { of: Plan | number; keep: boolean }) => {
  const plan = typeof of === 'number' ? planOf(of) : of
  const release = limited(10 + 3 * plan.shops.length)
  void run(plan, { keep }).then((outcome) => {
    release()
    process.send?.(outcome)
  })
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
// A process of a pool is killed, and would leave nothing for the next.
flushCompileCache()

/** Ends the process when it works longer than that, however busy the machine is: a world that writes for ever does not end by itself. */
function limited(seconds: number): () => void {
  const before = process.cpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    if (user + system < seconds * 1e6) return
    console.error(`it took more than ${seconds} s of a processor: something goes on for ever`)
    process.exit(1)
  }, 250)
  return () => clearInterval(timer)
}
