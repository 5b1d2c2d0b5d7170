import { type Document, isNode, LineCounter, parseAllDocuments, type Tags } from 'yaml'
import { lineOf } from '../api/yamlPlaces.ts'
import { isObject } from '../traffic/patch.ts'
import type { Finding } from './finding.ts'

/** A text to convert, and how it is called in findings. */
export interface SourceText {
  readonly file: string
  readonly text: string
}

export type Path = readonly (string | number)[]

/** One object of the input. A document that is no Kubernetes object has empty apiVersion and kind: Kayenta's configs are such. */
export interface Source {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace: string | undefined
  readonly file: string
  /** Plain data: objects, lists, texts, numbers, booleans and nulls. */
  readonly value: Readonly<Record<string, unknown>>
  /** Where a field stands, counted from 1: its key if it is there, else the innermost object around it. */
  lineOf(path: Path): number
}

/** The objects in texts of YAML or JSON, in their order; each item of a List by itself. What cannot be read is a finding; never throws. */
export function readDocuments(texts: readonly SourceText[]): { sources: Source[]; findings: Finding[] } {
  const sources: Source[] = []
  const findings: Finding[] = []
  for (const text of texts) {
    const read = readText(text)
    sources.push(...read.sources)
    findings.push(...read.findings)
  }
  return { sources, findings }
}

interface Read {
  sources: Source[]
  findings: Finding[]
}

function readText({ file, text }: SourceText): Read {
  const lines = new LineCounter()
  const documents = [
    ...parseAllDocuments(text, { lineCounter: lines, schema: 'yaml-1.1', merge: true, customTags: kubernetesTags, logLevel: 'silent' }),
  ] as Document[]
  const reads = documents.map((document) => readDocument(document, lines, file))
  return { sources: reads.flatMap(({ sources }) => sources), findings: reads.flatMap(({ findings }) => findings) }
}

/** What Kubernetes' own reader knows of YAML 1.1: booleans and octal numbers, but neither dates nor numbers to the base 60. */
function kubernetesTags(tags: Tags): Tags {
  const unknown = ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`)
  return tags.filter((tag) => typeof tag === 'string' || !(unknown.includes(tag.tag) || ('format' in tag && tag.format === 'TIME')))
}

function readDocument(document: Document, lines: LineCounter, file: string): Read {
  const findings: Finding[] = []
  const say = (line: number, severity: Finding['severity'], what: string, doInstead: string) =>
    findings.push({ file, line, path: '', severity, what, doInstead })
  for (const { pos } of document.errors.filter(({ code }) => code === 'DUPLICATE_KEY')) {
    say(lines.linePos(pos[0]).line, 'changed', 'a key stands twice in one object: the last one counts', 'remove one of them')
  }
  const wrong = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY')
  if (wrong) {
    const said = (wrong.message.split(' at line')[0] ?? wrong.message).replaceAll('\n', ' ')
    const advice = 'render templates first (helm template, kustomize build), or mend the file'
    say(lines.linePos(wrong.pos[0]).line, 'lost', `not YAML: ${said}`, advice)
    return { sources: [], findings }
  }
  const start = isNode(document.contents) ? lines.linePos(document.contents.range?.[0] ?? 0).line : 1
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 1000 })
  } catch (error) {
    say(start, 'lost', `not YAML that can be read: ${error instanceof Error ? error.message : String(error)}`, 'mend the file')
    return { sources: [], findings }
  }
  if (value === null || value === undefined) return { sources: [], findings }
  if (!isObject(value)) {
    say(start, 'lost', 'not a Kubernetes object', 'leave it out')
    return { sources: [], findings }
  }
  const origin = { file, lineOf: (path: Path) => lineOf(document, path, lines) }
  const notObject = (path: Path) => say(origin.lineOf(path), 'lost', 'an item of a List that is no object', 'leave it out')
  return { sources: sourcesIn(value, [], origin, notObject), findings }
}

/** An object, or each object of a List. */
function sourcesIn(
  value: Record<string, unknown>,
  at: Path,
  origin: Pick<Source, 'file' | 'lineOf'>,
  notObject: (path: Path) => void,
): Source[] {
  const { apiVersion, kind, items, metadata } = value
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) && at.length < 20) {
    const own = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) }
    return items.flatMap((item, position) => {
      const path = [...at, 'items', position]
      if (isObject(item)) return sourcesIn({ ...own, ...item }, path, origin, notObject)
      notObject(path)
      return []
    })
  }
  const { name, namespace } = isObject(metadata) ? metadata : {}
  return [
    {
      apiVersion: typeof apiVersion === 'string' ? apiVersion : '',
      kind: typeof kind === 'string' ? kind : '',
      name: typeof name === 'string' ? name : '',
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
      file: origin.file,
      value,
      lineOf: (path) => origin.lineOf([...at, ...path]),
    },
  ]
}
