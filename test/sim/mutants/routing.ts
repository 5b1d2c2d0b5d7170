import type { Mutant } from '../mutants.ts'

export const routing: readonly Mutant[] = []
