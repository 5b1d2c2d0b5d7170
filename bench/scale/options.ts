import { parseArgs } from 'node:util'
import { sharedOptions, whole } from '../options.ts'

const scenarios = ['embedded', 'real'] as const
export type Scenario = (typeof scenarios)[number]

export interface Sizes {
  /** On the embedded cluster: Rollouts, how many of them are released at once, and how long they are at rest before. */
  readonly embedded: { readonly rollouts: number; readonly active: number; readonly idleSeconds: number }
  /** On the real control plane; storms are of the smaller number first, and then of all. */
  readonly real: { readonly rollouts: number; readonly storm: number; readonly failover: number; readonly idleSeconds: number }
}

export interface Options {
  readonly scenarios: readonly Scenario[]
  readonly quick: boolean
  readonly sizes: Sizes
}

const usual: Sizes = {
  embedded: { rollouts: 10_000, active: 1_000, idleSeconds: 120 },
  real: { rollouts: 1_000, storm: 200, failover: 50, idleSeconds: 30 },
}
const small: Sizes = {
  embedded: { rollouts: 300, active: 30, idleSeconds: 10 },
  real: { rollouts: 60, storm: 20, failover: 10, idleSeconds: 10 },
}

/** Throws an Error with a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { quick: sharedOptions.quick, idle: { type: 'string' } },
    allowPositionals: true,
  })
  const unknown = positionals.find((word) => !isScenario(word))
  if (unknown) throw new Error(`no scenario ${unknown}; write one of ${scenarios.join(', ')}`)
  const sizes = values.quick ? small : usual
  const idleSeconds = values.idle === undefined ? undefined : whole('idle', values.idle, 1)
  return {
    scenarios: positionals.length === 0 ? scenarios : positionals.filter(isScenario),
    quick: values.quick,
    sizes: { ...sizes, embedded: { ...sizes.embedded, ...(idleSeconds ? { idleSeconds } : {}) } },
  }
}

const isScenario = (word: string): word is Scenario => (scenarios as readonly string[]).includes(word)
