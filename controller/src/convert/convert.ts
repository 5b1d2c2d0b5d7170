import { lint, type Finding as Problem } from '../api/lint.ts'
import { group } from '../api/rollout.ts'
import type { Context, Converter, KubeObject, Peer } from './converter.ts'
import { readDocuments, type Source, type SourceText } from './documents.ts'
import type { Finding } from './finding.ts'
import { ledgerOf } from './reading.ts'
import { converters, peerOf } from './registry.ts'
import { shelf } from './shelf.ts'

export interface Converted {
  readonly object: KubeObject
  /** What it came from; of one that several need, the first of them. */
  readonly source: Source
  /** Whether it stands in the result as it stood in the input. */
  readonly unchanged: boolean
}

export interface Conversion {
  readonly objects: readonly Converted[]
  readonly findings: readonly Finding[]
}

export interface ConvertOptions {
  /** Only the kinds of this peer are converted, and documents without a kind are taken for its. */
  readonly from?: Peer | undefined
  /** Objects that are none of the peers' are left out. */
  readonly onlyConverted?: boolean
}

/**
 * Converts manifests of other controllers. Never throws. Every field of a peer's object is in the result or in a finding; every object of Serin's kinds
 * in the result is one that the API server accepts. The same texts give the same result.
 */
export function convert(texts: readonly SourceText[], options: ConvertOptions = {}): Conversion {
  const { sources, findings: unread } = readDocuments(texts)
  const shared = shelf()
  const objects: Converted[] = []
  const findings: Finding[] = [...unread]
  for (const source of sources) {
    const converter = converters.find((one) => (options.from === undefined || one.peer === options.from) && one.accepts(source))
    if (!converter) {
      const { object, finding } = unconverted(source)
      if (finding) findings.push(finding)
      if (object && !options.onlyConverted) objects.push({ object, source, unchanged: true })
      continue
    }
    const made = convertOne(source, converter, contextOf(sources, source, shared.share))
    objects.push(...[...shared.newest(), ...made.objects].map((object) => ({ object, source, unchanged: false })))
    findings.push(...made.findings, ...(saysNothing(source) && made.objects.length + made.findings.length === 0 ? [empty(source)] : []))
  }
  const { kept, refused } = sound(objects)
  return { objects: kept, findings: [...findings, ...refused, ...twice(kept)] }
}

function convertOne(source: Source, converter: Converter, context: Context): { objects: KubeObject[]; findings: Finding[] } {
  const ledger = ledgerOf(source)
  try {
    const objects = converter.convert(ledger.reading, context, source)
    return { objects, findings: ledger.findings() }
  } catch (error) {
    const what = `not converted, by a mistake of this program: ${error instanceof Error ? error.message : String(error)}`
    return { objects: [], findings: [about(source, { severity: 'lost', what, doInstead: 'please report it' })] }
  }
}

/** A converter reads what is there; of an object without a spec that is nothing, and it must not vanish. */
function saysNothing({ value: { spec } }: Source): boolean {
  return spec === undefined || spec === null || (typeof spec === 'object' && Object.keys(spec).length === 0)
}

function empty(source: Source): Finding {
  return about(source, {
    severity: 'lost',
    what: 'nothing is made of it: it has no spec, or an empty one',
    doInstead: 'write it, or leave it out',
  })
}

function contextOf(sources: readonly Source[], from: Source, share: Context['share']): Context {
  const inNamespace = (source: Source, namespace: string | undefined) =>
    source.namespace === namespace || source.namespace === undefined || namespace === undefined
  return {
    sources,
    find: (kind, name, namespace = from.namespace) => {
      const found = sources.filter((one) => one.kind === kind && one.name === name && inNamespace(one, namespace))
      return found.length === 1 ? found[0] : found.find((one) => one.namespace === namespace)
    },
    share,
  }
}

/** What no converter takes: passed on, or a peer's and listed. */
function unconverted(source: Source): { object?: KubeObject; finding?: Finding } {
  const { apiVersion, kind } = source
  const peer = peerOf(source)
  if (peer !== undefined) {
    const what = `${kind} of ${apiVersion} is not converted`
    return { finding: about(source, { severity: 'lost', what, doInstead: 'see docs/guides/convert.md for what Serin has instead' }) }
  }
  if (apiVersion === '' || kind === '') {
    const what = 'not a Kubernetes object: it has no apiVersion or no kind'
    return { finding: about(source, { severity: 'lost', what, doInstead: 'leave it out' }) }
  }
  return { object: source.value as unknown as KubeObject }
}

/** Objects of Serin's kinds that the API server would refuse are left out and said; others may need something of each other. */
function sound(objects: readonly Converted[]): { kept: Converted[]; refused: Finding[] } {
  const ours = objects.map((one) => !one.unchanged && one.object.apiVersion.startsWith(`${group}/`))
  const errors = (found: readonly Problem[]) => found.filter(({ severity }) => severity === 'error')
  const wrong = objects.map(({ object, unchanged }, index) => [
    ...(ours[index] ? errors(lint([object])) : []),
    ...(unchanged ? [] : nameProblems(object)),
  ])
  const kept = objects.filter((_, index) => wrong[index]?.length === 0)
  const refused = objects.flatMap(({ object, source }, index) =>
    (wrong[index] ?? []).map(({ message }) =>
      about(source, {
        severity: 'lost',
        what: `${object.kind} ${object.metadata.name} is left out, because the API server would refuse it: ${message}`,
        doInstead: 'write it by hand',
      }),
    ),
  )
  // Of two of one name only the first is held against the others: the second is said by itself.
  const first = kept.filter((one, index) => kept.findIndex((other) => keyOf(other) === keyOf(one)) === index)
  const together = errors(lint(first.map(({ object }) => object))).flatMap(({ document, name, message }) => {
    const one = first[document]
    if (!one || one.unchanged) return []
    return [
      about(one.source, { severity: 'todo', what: `${name} cannot work yet: ${message}`, doInstead: 'mend it before the first release' }),
    ]
  })
  return { kept, refused: [...refused, ...together] }
}

/** A name that no object may have; the schemas say nothing about it. */
function nameProblems({ metadata }: KubeObject): Pick<Problem, 'message'>[] {
  const name: unknown = metadata?.name
  if (typeof name !== 'string' || (name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)))
    return []
  return [{ message: `metadata.name is ${JSON.stringify(name)}: write lower-case letters, digits, "-" and "."` }]
}

function twice(objects: readonly Converted[]): Finding[] {
  const seen = new Map<string, Converted>()
  return objects.flatMap((one) => {
    const before = seen.get(keyOf(one))
    seen.set(keyOf(one), before ?? one)
    const name = one.object.metadata?.name
    if (!before || typeof name !== 'string') return []
    const what = `${one.object.kind} ${name} is there twice: also from ${before.source.file}:${before.source.lineOf([])}`
    return [about(one.source, { severity: 'todo', what, doInstead: 'keep one of them' })]
  })
}

function keyOf({ object: { apiVersion, kind, metadata } }: Converted): string {
  return JSON.stringify([apiVersion, kind, metadata?.namespace ?? '', metadata?.name ?? ''])
}

function about(source: Source, note: Pick<Finding, 'severity' | 'what' | 'doInstead'>): Finding {
  return { file: source.file, line: source.lineOf([]), path: '', ...note }
}
