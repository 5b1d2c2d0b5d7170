import { kube } from './mutants/kube.ts'
import { policies } from './mutants/policies.ts'
import { reconcile } from './mutants/reconcile.ts'
import { rollout } from './mutants/rollout.ts'
import { routing } from './mutants/routing.ts'
import type { Plan } from './plan.ts'

/** A bug made by hand, as somebody could write it. Every one must be found: that proves that the simulation can fail. */
export interface Mutant {
  name: string
  /** Path from the root of the repository. */
  file: string
  /** Text that occurs in the file exactly once; more than one where the bug is in several places. */
  find: string | string[]
  /** What stands there instead. */
  put: string | string[]
  /** Which real bug it stands for. */
  why: string
  /** Promise that is expected to break; another one may break first. */
  breaks: string
  /** Worlds that may lead there are tried first. */
  where?: (plan: Plan) => boolean
}

/** All of them. A new one is an entry in one of the files of mutants/. */
export const mutants: readonly Mutant[] = [...rollout, ...routing, ...reconcile, ...kube, ...policies]

export function mutantNamed(name: string): Mutant {
  const mutant = mutants.find((one) => one.name === name)
  if (!mutant) throw new Error(`there is no mutant '${name}'`)
  return mutant
}

/** The source with the bug in it; throws when the text to change is not there exactly once. */
export function mutated({ name, file, find, put }: Mutant, source: string): string {
  const [finds, puts] = [[find].flat(), [put].flat()]
  return finds.reduce((text, piece, at) => {
    const pieces = text.split(piece)
    if (pieces.length !== 2) throw new Error(`mutant '${name}': its text occurs ${pieces.length - 1} times in ${file}: ${piece}`)
    return pieces.join(puts[at] ?? '')
  }, source)
}
