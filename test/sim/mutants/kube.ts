import type { Mutant } from '../mutants.ts'

export const kube: readonly Mutant[] = []
