// One process of a pool: takes plans, or seeds of plans, and gives back how they went. With a mutant's name as its argument the product has that bug.
import { flushCompileCache } from 'node:module'
import { loadMutated } from './mutants/load.ts'
import type { Plan } from './plan.ts'

const [mutant] = process.argv.slice(2)
if (mutant !== undefined) loadMutated(mutant)
// Not sooner: what is imported before the hook is as it was written.
const [{ run }, { planOf }] = await Promise.all([import('./run.ts'), import('./plan.ts')])

process.on('message', ({ of, keep }: { of: Plan | number; keep: boolean }) => {
  void run(typeof of === 'number' ? planOf(of) : of, { keep }).then((outcome) => process.send?.(outcome))
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
// A process of a pool is killed, and would leave nothing for the next.
flushCompileCache()
