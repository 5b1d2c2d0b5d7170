import { placeholderProblems } from '../evidence/resolve.ts'
import { analysisProblems } from './analysisNeighbours.ts'
import { AnalysisRunSpec } from './analysisRun.ts'
import { AnalysisTemplateSpec } from './analysisTemplate.ts'
import { describe } from './describe.ts'
import type { Kind } from './kind.ts'
import { kinds } from './kinds.ts'
import { neighbourProblems } from './neighbours.ts'
import { apiVersion, group } from './rollout.ts'
import { closest } from './suggest.ts'
import { type Problem, pathText, validate } from './validate.ts'

export interface Finding {
  /** error: the API server refuses it, or no run can ever work. warning: it works, and probably not as meant. */
  severity: 'error' | 'warning'
  /** Which document, counted from 0. */
  document: number
  /** Kind/name, as far as the document tells. */
  name: string
  /** Where in the object: `spec.canary.steps[0].weight`; empty: the object itself. */
  path: string
  /** The same as keys from the document's root, which differs inside a List. */
  keys: (string | number)[]
  /** A sentence: what is wrong, where, and what to write. */
  message: string
  /** What to write instead, where one can tell. */
  instead?: string
}

export interface LintContext {
  /** Everything that these objects need is among the documents: what is missing is then an error, not perhaps in another file. */
  complete?: boolean
}

export interface Doc {
  index: number
  /** Where in the document the object stands: [] or ['items', 2]. */
  at: (string | number)[]
  object: Record<string, unknown>
}

/**
 * Finds what is wrong in a set of manifests: in each object of Serin's kinds by itself, between Rollouts and the workloads, Services and routes beside
 * them, and between analyses, their templates and sources. Other kinds are only looked at, never judged.
 */
export function lint(documents: readonly unknown[], context: LintContext = {}): Finding[] {
  const docs = documents.flatMap((document, index) => objectsIn(document, index, []))
  return [...docs.flatMap(ownProblems), ...neighbourProblems(docs, context), ...analysisProblems(docs, context)].sort(
    (a, b) => a.document - b.document,
  )
}

/** An object, or each object of a List; what is not an object is none of ours. */
function objectsIn(document: unknown, index: number, at: (string | number)[]): Doc[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return []
  const object = document as Record<string, unknown>
  if (object.kind === 'List' && Array.isArray(object.items)) {
    return object.items.flatMap((item, position) => objectsIn(item, index, [...at, 'items', position]))
  }
  return [{ index, at, object }]
}

function ownProblems(doc: Doc): Finding[] {
  const { object } = doc
  const error = (problem: Problem) => finding(doc, problem.severity ?? 'error', problem)
  const [itsGroup] = typeof object.apiVersion === 'string' ? object.apiVersion.split('/') : []
  if (itsGroup !== group) return []
  if (object.apiVersion !== apiVersion) {
    return [error({ path: ['apiVersion'], message: `apiVersion is ${object.apiVersion}: write ${apiVersion}`, instead: apiVersion })]
  }
  const kind = kinds.find((one) => one.kind === object.kind)
  if (!kind) {
    const near = closest(
      String(object.kind),
      kinds.map((one) => one.kind),
    )
    const message = `kind is ${object.kind}: write ${near ?? kinds.map((one) => one.kind).join(' or ')}`
    return [error(near ? { path: ['kind'], message, instead: near } : { path: ['kind'], message })]
  }
  const problems = [...nameProblems(object), ...schemaProblems(kind, object)]
  const sound = problems.every(({ severity }) => severity === 'warning')
  return [...problems, ...(sound ? queryProblems(object) : [])].map(error)
}

/** What the API server cannot know: placeholders, arguments and conditions. */
function queryProblems({ kind, spec }: Record<string, unknown>): Problem[] {
  const template =
    kind === 'AnalysisRun'
      ? AnalysisRunSpec.transform(asTemplate)
      : String(kind).endsWith('AnalysisTemplate')
        ? AnalysisTemplateSpec
        : undefined
  const parsed = template?.safeParse(spec)
  if (!parsed?.success) return []
  return placeholderProblems(parsed.data).map(({ path, message }) => ({ path: ['spec', ...path], message }))
}

/** The template that a run could have been made from. */
function asTemplate({ metrics, args, secretArgs, judge, interval }: AnalysisRunSpec): AnalysisTemplateSpec {
  const plain = Object.entries(args ?? {}).map(([name, value]) => ({ name, value }))
  const secret = secretArgs.map(({ name, secretKeyRef }) => ({ name, valueFrom: { secretKeyRef } }))
  return { args: [...plain, ...secret], judge, interval, metrics, templates: [] }
}

/** What the API server would say. The object's metadata is Kubernetes' own, and a manifest need not name a namespace. */
export function schemaProblems(kind: Kind, object: unknown): Problem[] {
  const schema = describe(kind)
  return validate({ ...schema, properties: { ...schema.properties, metadata: { anyObject: true } } }, object)
}

function nameProblems(object: Record<string, unknown>): Problem[] {
  const { metadata } = object
  const { name, generateName } = (typeof metadata === 'object' && metadata !== null ? metadata : {}) as Record<string, unknown>
  if (typeof name === 'string' || typeof generateName === 'string') return []
  return [{ path: [], message: 'metadata.name is missing', instead: 'metadata: {name: …}' }]
}

/** A problem of one document as a finding. */
export function finding(doc: Doc, severity: Finding['severity'], { path, message, instead }: Problem): Finding {
  const { kind, metadata } = doc.object as { kind?: unknown; metadata?: { name?: unknown } | null }
  return {
    severity,
    document: doc.index,
    name: `${kind ?? '?'}/${metadata?.name ?? '?'}`,
    path: pathText(path),
    keys: [...doc.at, ...path],
    message,
    ...(instead ? { instead } : {}),
  }
}
