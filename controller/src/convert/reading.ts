import { pathText } from '../api/validate.ts'
import { isObject } from '../traffic/patch.ts'
import type { Path, Source } from './documents.ts'
import type { Finding, Note } from './finding.ts'

/**
 * One place of a source that is being converted. What is asked for by `take` and the typed readers counts as converted; in the end whatever nobody
 * asked for is a finding by itself, so nothing can be dropped silently. A null is nothing, as for the API server.
 */
export interface Reading {
  readonly path: Path
  /** The value as it stands; looking takes nothing. Undefined where there is none. */
  readonly value: unknown
  /** The place below it, which may be empty. Keys may come from data. */
  at(...keys: Path): Reading
  /** Items of a list; none where it is no list. */
  items(): Reading[]
  /** Entries of an object; none where it is no object. */
  fields(): [string, Reading][]
  /** The whole value with all below it. */
  take(): unknown
  /** A text. Of another type nothing is taken, so that it is listed. */
  text(): string | undefined
  /** A text, number or boolean, as text. */
  scalar(): string | undefined
  /** A finite number. */
  number(): number | undefined
  /** A whole number from 0 to 2^31 - 1. */
  count(): number | undefined
  flag(): boolean | undefined
  /** Takes it, and lists it where there is something. */
  note(note: Note): void
  lost(what: string, doInstead: string): void
  changed(what: string, doInstead?: string): void
  todo(what: string, doInstead: string): void
  /** Lists something about this place, whether or not there is anything; takes nothing. */
  say(note: Note): void
}

export interface Ledger {
  readonly reading: Reading
  /** All findings: what was noted, and what nobody took. In the order of their lines. */
  findings(): Finding[]
}

/** Begins to read a source. apiVersion, kind, the status and what the API server writes into metadata are not asked for. */
export function ledgerOf(source: Source): Ledger {
  const taken = new Set<string>()
  const opened = new Set<string>()
  const noted: Finding[] = []
  const list = (path: Path, note: Note) => {
    const found = { file: source.file, line: source.lineOf(path), path: pathText(path), ...note }
    if (!noted.some((one) => one.path === found.path && one.what === found.what)) noted.push(found)
  }
  const reading = (path: Path, value: unknown): Reading => {
    const taking = <T>(wanted: (value: unknown) => value is T): T | undefined => {
      if (!wanted(value)) return undefined
      taken.add(keyOf(path))
      return value
    }
    const note = (one: Note) => {
      if (value === undefined || value === null) return
      taken.add(keyOf(path))
      list(path, one)
    }
    return {
      path,
      value: value ?? undefined,
      at: (...keys) => {
        let here = value
        let at = path
        for (const key of keys) {
          if (isObject(here) || Array.isArray(here)) opened.add(keyOf(at))
          here = childOf(here, key)
          at = [...at, key]
        }
        if (isObject(here)) opened.add(keyOf(at))
        return reading(at, here)
      },
      items: () => {
        if (!Array.isArray(value)) return []
        opened.add(keyOf(path))
        return value.map((item, index) => {
          if (isObject(item)) opened.add(keyOf([...path, index]))
          return reading([...path, index], item)
        })
      },
      fields: () => {
        if (!isObject(value)) return []
        opened.add(keyOf(path))
        return Object.entries(value).map(([key, item]) => [key, reading([...path, key], item)])
      },
      take: () => {
        taken.add(keyOf(path))
        return value ?? undefined
      },
      text: () => taking((one) => typeof one === 'string'),
      scalar: () => {
        const found = taking((one) => typeof one === 'string' || typeof one === 'boolean' || isNumber(one))
        return found === undefined ? undefined : String(found)
      },
      number: () => taking(isNumber),
      count: () => taking((one): one is number => isNumber(one) && Number.isInteger(one) && one >= 0 && one < 2 ** 31),
      flag: () => taking((one) => typeof one === 'boolean'),
      note,
      lost: (what, doInstead) => note({ severity: 'lost', what, doInstead }),
      changed: (what, doInstead = '') => note({ severity: 'changed', what, doInstead }),
      todo: (what, doInstead) => note({ severity: 'todo', what, doInstead }),
      say: (one) => list(path, one),
    }
  }
  const isDone = (path: Path, value: unknown) => taken.has(keyOf(path)) || value === null || value === undefined
  /** The outermost places below which nothing was taken; undefined: nothing was taken here either. */
  const leftovers = (path: Path, value: unknown): Path[] | undefined => {
    if (isDone(path, value)) return []
    const children = childrenOf(value)
    if (children.length === 0) return opened.has(keyOf(path)) ? [] : undefined
    const below = children.map(([key, child]) => ({ path: [...path, key], left: leftovers([...path, key], child), child }))
    const silent = below.every(({ left, child }) => left === undefined || child === null || child === undefined)
    if (silent && below.some(({ left }) => left === undefined)) return undefined
    return below.flatMap((one) => one.left ?? [one.path])
  }
  for (const path of written) taken.add(keyOf(path))
  return {
    reading: reading([], source.value),
    findings: () => {
      const left = (leftovers([], source.value) ?? [[]]).map(
        (path): Finding => ({
          file: source.file,
          line: source.lineOf(path),
          path: pathText(path),
          severity: 'lost',
          what: 'not converted',
          doInstead: '',
        }),
      )
      return [...noted, ...left].sort((a, b) => a.line - b.line)
    },
  }
}

/** What the API server and kubectl write; it says nothing about what is wanted. */
const written: Path[] = [
  ['apiVersion'],
  ['kind'],
  ['status'],
  ...[
    'uid',
    'creationTimestamp',
    'resourceVersion',
    'generation',
    'managedFields',
    'selfLink',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ].map((key) => ['metadata', key]),
  ['metadata', 'annotations', 'kubectl.kubernetes.io/last-applied-configuration'],
]

function keyOf(path: Path): string {
  return JSON.stringify(path)
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function childrenOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item])
  return isObject(value) ? Object.entries(value) : []
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
