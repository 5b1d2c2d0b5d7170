import type { Mutant } from '../mutants.ts'
import type { Plan } from '../plan.ts'
import { type Pool, poolOf } from '../pool.ts'
import { type Breach, itself } from '../witness.ts'

/** What became of a mutant. `clean` seeds are broken without the bug too: they say nothing of it. */
export interface Hunted {
  mutant: Mutant
  caught?: Breach & { seed: number }
  /** Seeds it took, or that it survived. */
  seeds: number
  useless: number[]
  ms: number
}

export interface HuntOptions {
  /** In the order in which they are tried. */
  seeds: readonly number[]
  sound: Sound
}

/** The product as it is, of which each seed is asked once. */
export interface Sound {
  /** Whether it breaks a promise too; undefined: nobody asked yet. */
  known(seed: number): boolean | undefined
  breaks(seed: number): Promise<boolean>
}

export function soundOver(pool: Pool): Sound {
  const broken = new Map<number, boolean>()
  return {
    known: (seed) => broken.get(seed),
    async breaks(seed) {
      const known = broken.get(seed) ?? (await pool.run(seed)).breach !== undefined
      broken.set(seed, known)
      return known
    },
  }
}

/** Simulates the product with that bug until a promise is broken that holds without it. */
export async function hunt(mutant: Mutant, { seeds, sound }: HuntOptions): Promise<Hunted> {
  const began = performance.now()
  const pool = poolOf({ jobs: 1, mutant: mutant.name })
  const useless: number[] = []
  try {
    for (const [at, seed] of seeds.entries()) {
      if (sound.known(seed)) {
        useless.push(seed)
        continue
      }
      const { breach } = await pool.run(seed)
      // What hangs is found, too, and a cell that should be out of reach says nothing of the product.
      if (!breach || (breach.promise === itself && breach.shop !== '-')) continue
      if (await sound.breaks(seed)) useless.push(seed)
      else return { mutant, caught: { ...breach, seed }, seeds: at + 1, useless, ms: performance.now() - began }
    }
    return { mutant, seeds: seeds.length, useless, ms: performance.now() - began }
  } finally {
    pool.close()
  }
}

/** Seeds in the order in which they are worth trying: the one that found it last, then worlds that may lead to the bug, and of them the small ones first, which take the least time. */
export function worthTrying({ where = () => true }: Mutant, plans: readonly Plan[], last?: number): number[] {
  const rank = (plan: Plan) => (plan.seed === last ? -1 : (where(plan) ? 0 : 1_000) + plan.shops.length)
  return plans
    .map((plan) => ({ seed: plan.seed, rank: rank(plan) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ seed }) => seed)
}
