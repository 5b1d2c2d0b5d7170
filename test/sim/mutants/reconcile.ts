import type { Mutant } from '../mutants.ts'

export const reconcile: readonly Mutant[] = []
