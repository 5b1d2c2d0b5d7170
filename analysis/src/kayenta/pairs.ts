import { badArgument, describe, entriesOf, requiredText, textTable } from './arguments.ts'
import { isRecord } from './lookup.ts'
import type { Samples } from './samples.ts'

/** An arm that is null or left out has no data. */
export type PairedValues = { readonly control?: Samples; readonly experiment?: Samples }

/** A table of texts, such as tags: an object or a Map. */
export type Tags = Readonly<Record<string, string>> | ReadonlyMap<string, string> | null | undefined

/** One metric's samples of both arms. A mixed pair fits; so does one without tags. */
export type JudgedPair = { readonly name: string; readonly tags?: Tags; readonly values: PairedValues }

/** The same with the arms beside the name. */
export type FlatPair = PairedValues & { readonly name: string; readonly tags?: Tags }

/** Pairs as a list, or by the names of their metrics. */
export type JudgedPairs =
  | readonly (JudgedPair | FlatPair)[]
  | ReadonlyMap<string, PairedValues | Omit<JudgedPair, 'name'>>
  | Readonly<Record<string, PairedValues | Omit<JudgedPair, 'name'>>>

export type ReadPair = {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly control: unknown
  readonly experiment: unknown
  /** Where the arms are, for errors about their values. */
  readonly at: string
}

/** @throws KayentaError 'bad-argument' that says which pair is wrong, what it is, and what to write */
export function readPairs(pairs: unknown): ReadPair[] {
  if (Array.isArray(pairs)) return pairs.map((pair: unknown, index) => readPair(pair, `pairs[${index}]`, undefined))
  const entries = entriesOf(pairs)
  if (!entries) throw badArgument('The argument pairs', pairs, 'a list of objects with name and values')
  return entries.map(([name, pair]) => readPair(pair, `pairs.${name}`, name))
}

function readPair(pair: unknown, at: string, key: string | undefined): ReadPair {
  if (!isRecord(pair)) throw badArgument(at, pair, 'an object with name and values')
  const name = requiredText(`${at}.name`, pair.name ?? key)
  const tags = textTable(`${at}.tags`, pair.tags)
  if (pair.values === undefined) return { name, tags, ...arms(pair, at, true), at }
  if (!isRecord(pair.values)) throw badArgument(`${at}.values`, pair.values, 'an object with control and experiment')
  return { name, tags, ...arms(pair.values, `${at}.values`, false), at: `${at}.values` }
}

/** An object that has neither arm and something else was meant otherwise. */
function arms(owner: Readonly<Record<string, unknown>>, at: string, flat: boolean): Pick<ReadPair, 'control' | 'experiment'> {
  const { control, experiment } = owner
  const fields = Object.keys(owner)
  if (!('control' in owner) && !('experiment' in owner) && (flat || fields.length > 0)) {
    const has = fields.length === 0 ? describe(owner) : fields.join(', ')
    throw badArgument(`${at}.${flat ? 'values' : 'control'}`, undefined, `control and experiment, lists of numbers; it has only ${has}`)
  }
  return { control, experiment }
}
