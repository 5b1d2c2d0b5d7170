import { badArgument, describe, entriesOf, isText, optionalNumber, requiredText, textTable } from './arguments.ts'
import { isRecord } from './lookup.ts'
import type { Tags } from './pairs.ts'
import { numbersOf, type Samples } from './samples.ts'

/** A time frame in milliseconds. */
export type Frame = {
  readonly startTimeMillis?: number | null | undefined
  readonly endTimeMillis?: number | null | undefined
  readonly stepMillis?: number | null | undefined
}

/** One series of one arm as a metric store gave it. */
export type MetricSet = Frame & {
  /** May be left out where the series stands under the name of its metric. */
  readonly name?: string | undefined
  readonly tags?: Tags
  readonly values?: Samples
  readonly attributes?: Tags
}

type Series = MetricSet | readonly (number | string | null | undefined)[] | readonly MetricSet[]

/** The series of an arm: a list, one alone, or by the names of their metrics. A list of numbers under a name is a series without tags. */
export type MetricSets =
  | MetricSet
  | readonly MetricSet[]
  | ReadonlyMap<string, Series>
  | Readonly<Record<string, Series>>
  | null
  | undefined

/** Names, or metrics of a config; one alone stands for a list of one. */
export type MetricNames = string | { readonly name: string } | readonly (string | { readonly name: string })[] | null | undefined

export type KnownFrame = { readonly [field in keyof Frame]: number | undefined }
export type KnownSet = KnownFrame & {
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly values: readonly number[]
  readonly attributes: Readonly<Record<string, string>>
}

const SETS = 'a list of series, each an object with name, tags and values, or series by the names of their metrics'

/**
 * The series of an arm in order, every field of its type.
 * @throws KayentaError 'bad-argument' that says of a wrong field where it is and what to write
 */
export function readMetricSets(sets: unknown, arm: string): KnownSet[] {
  if (sets === undefined || sets === null) return []
  if (Array.isArray(sets)) return sets.map((set: unknown, at) => readSet(set, `${arm}[${at}]`, undefined))
  if (isRecord(sets) && isText(sets.name) && !isRecord(sets.values)) return [readSet(sets, arm, undefined)]
  const entries = entriesOf(sets)
  if (!entries) throw badArgument(`The argument ${arm}`, sets, SETS)
  return entries.flatMap(([name, series]) => readNamed(series, `${arm}.${name}`, name))
}

function readNamed(series: unknown, at: string, name: string): KnownSet[] {
  if (!Array.isArray(series) && !ArrayBuffer.isView(series)) return [readSet(series, at, name)]
  const values = Array.from(series as ArrayLike<unknown>)
  if (values.some(isRecord)) return values.map((set, index) => readSet(set, `${at}[${index}]`, name))
  return values.length === 0 ? [] : [readSet({ values }, at, name)]
}

function readSet(set: unknown, at: string, key: string | undefined): KnownSet {
  if (!isRecord(set)) throw badArgument(at, set, 'an object with name, tags and values')
  const name = requiredText(`${at}.name`, set.name ?? key)
  if (key !== undefined && name !== key) throw badArgument(`${at}.name`, name, `"${key}", the name it stands under, or leave it out`)
  return {
    name,
    tags: textTable(`${at}.tags`, set.tags),
    ...readFrame(set, at),
    values: Array.from(numbersOf(set.values, `${at}.values`)),
    attributes: textTable(`${at}.attributes`, set.attributes),
  }
}

/** A frame with numbers or nothing in its fields. */
export function readFrame(frame: unknown, at: string): KnownFrame {
  if (frame === undefined || frame === null) return { startTimeMillis: undefined, endTimeMillis: undefined, stepMillis: undefined }
  if (!isRecord(frame)) throw badArgument(at, frame, 'an object with startTimeMillis, endTimeMillis and stepMillis')
  return {
    startTimeMillis: optionalNumber(`${at}.startTimeMillis`, frame.startTimeMillis),
    endTimeMillis: optionalNumber(`${at}.endTimeMillis`, frame.endTimeMillis),
    stepMillis: optionalNumber(`${at}.stepMillis`, frame.stepMillis),
  }
}

/** The names to mix in order; undefined where none are given. */
export function readMetricNames(names: unknown): readonly string[] | undefined {
  if (names === undefined || names === null) return undefined
  const list: readonly unknown[] = Array.isArray(names) ? names : [names]
  return list.map((item, at) => {
    const name = isRecord(item) ? item.name : item
    if (isText(name) && name !== '') return name
    throw badArgument(
      `metricNames[${at}]`,
      item,
      `a name in quotes, or an object with one${isRecord(item) ? `; its name is ${describe(name)}` : ''}`,
    )
  })
}
