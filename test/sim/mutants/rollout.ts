import type { Mutant } from '../mutants.ts'

export const rollout: readonly Mutant[] = []
