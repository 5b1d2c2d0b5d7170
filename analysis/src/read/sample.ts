import { countFault, type Fault, histogramFault, ratioFault } from '../check.ts'
import type { Bucket, Form, Samples } from '../table.ts'
import { nearest } from './nearest.ts'
import { type Place, refuse, shown } from './readError.ts'

const fields: Readonly<Record<Form, readonly string[]>> = {
  ratio: ['bad', 'total'],
  count: ['count', 'exposure'],
  histogram: ['buckets'],
  gauge: ['values'],
  raw: ['samples'],
}

const examples: Readonly<Record<Form, string>> = {
  ratio: '{"bad": 3, "total": 600}',
  count: '{"count": 3, "exposure": 600}',
  histogram: '{"buckets": [[0.1, 5], [0.5, 3], ["+Inf", 1]]}',
  gauge: '{"values": [0.51, 0.48]}',
  raw: '{"samples": [0.12, 0.31]}',
}

export type Fields = Readonly<Record<string, unknown>>

/** What one arm of a line says, checked; undefined when it brings no data. Counts of buckets are still as they were written, edges ascend. */
export function readSample<F extends Form>(form: F, arm: unknown, name: string, place: Place): Samples[F] | undefined
export function readSample(form: Form, arm: unknown, name: string, place: Place): Samples[Form] | undefined {
  if (arm === undefined || arm === null) return undefined
  if (!isFields(arm)) return refuse(place, name, `is ${shown(arm)}: write ${examples[form]}, or null when there is no data`)
  refuseMisspelt(arm, fields[form], name, place)
  const field = (key: string) => `${name}${place.glue}${key}`
  const sound = <S>(sample: S, fault: Fault | undefined): S => (fault ? refuse(place, field(fault.field), fault.wrong) : sample)
  switch (form) {
    case 'ratio': {
      const sample = { bad: number(arm.bad, field('bad'), place), total: number(arm.total, field('total'), place) }
      return sound(sample, ratioFault(sample))
    }
    case 'count': {
      const count = number(arm.count, field('count'), place)
      const sample =
        arm.exposure === undefined || arm.exposure === null
          ? { count }
          : { count, exposure: number(arm.exposure, field('exposure'), place) }
      return sound(sample, countFault(sample))
    }
    case 'histogram': {
      const sample = { buckets: buckets(arm.buckets, field('buckets'), place) }
      return sound(sample, histogramFault(sample))
    }
    case 'gauge': {
      // A pod that said nothing is missing, not zero; an arm none of whose pods said anything could not be read.
      const values = numbers(arm.values, field('values'), place, true)
      return values.length === 0 ? undefined : { values }
    }
    case 'raw':
      return { samples: numbers(arm.samples, field('samples'), place, false) }
  }
}

/** The form whose fields an arm has, for the advice of an error. */
export function formOf(arm: unknown): Form | undefined {
  if (!isFields(arm)) return undefined
  return (Object.keys(fields) as Form[]).find((form) => fields[form].some((key) => Object.hasOwn(arm, key)))
}

/** Refuses a field that is none of the known ones but nearly one that is missing. Any other unknown field is left alone. */
export function refuseMisspelt(given: Fields, known: readonly string[], name: string, place: Place): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    const meant = nearest(
      key,
      known.filter((field) => !Object.hasOwn(given, field)),
    )
    const prefix = name === '' ? '' : `${name}${place.glue}`
    if (meant !== undefined) refuse(place, `${prefix}${key}`, `is not a field: write ${prefix}${meant}`)
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function number(value: unknown, field: string, place: Place): number {
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  return refuse(place, field, `is ${shown(value)}: write a count, a number from 0 up`)
}

function numbers(list: unknown, field: string, place: Place, nullable: boolean): number[] {
  if (!Array.isArray(list)) return refuse(place, field, `is ${shown(list)}: write a list of numbers, like [0.51, 0.48]`)
  const found: number[] = []
  for (let at = 0; at < list.length; at++) {
    const value: unknown = list[at]
    if (typeof value === 'number' && Number.isFinite(value)) found.push(value)
    else if (value !== null || !nullable)
      refuse(place, `${field}[${at}]`, `is ${shown(value)}: write a number${nullable ? ', or null for a pod that is missing' : ''}`)
  }
  return found
}

function buckets(list: unknown, field: string, place: Place): Bucket[] {
  if (!Array.isArray(list)) return refuse(place, field, `is ${shown(list)}: write [[upper edge, count], …], like [[0.1, 5], ["+Inf", 1]]`)
  const found: Bucket[] = []
  let ascending = true
  for (let at = 0; at < list.length; at++) {
    const pair: unknown = list[at]
    if (!Array.isArray(pair) || pair.length !== 2)
      return refuse(place, `${field}[${at}]`, `is ${shown(pair)}: write [upper edge, count], like [0.1, 5]`)
    const upper = edge(pair[0], `${field}[${at}][0]`, place)
    if (upper <= (found.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY)) ascending = false
    found.push([upper, number(pair[1], `${field}[${at}][1]`, place)])
  }
  if (ascending) return found
  found.sort(([a], [b]) => a - b)
  const twice = found.find(([upper], at) => upper === found[at + 1]?.[0])
  if (twice) refuse(place, field, `has the edge ${twice[0]} twice: write each edge once`)
  return found
}

function edge(value: unknown, field: string, place: Place): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (value === null || (typeof value === 'string' && /^\+?Inf(inity)?$/i.test(value))) return Number.POSITIVE_INFINITY
  // Metric stores give the edge of a bucket as the text of a label.
  if (typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value)))
    return Number(value)
  return refuse(place, field, `is ${shown(value)}: write the bucket's upper edge as a number, or "+Inf" for the last`)
}
