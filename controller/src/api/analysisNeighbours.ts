import { AnalysisRunSpec } from './analysisRun.ts'
import { AnalysisTemplateSpec } from './analysisTemplate.ts'
import type { TemplateRef } from './analysisUse.ts'
import { useProblems, usesOf } from './analysisUses.ts'
import { find, groupOf, nameOf, sameNamespace } from './docs.ts'
import { type Doc, type Finding, finding, type LintContext } from './lint.ts'
import type { Metric } from './metric.ts'
import { group, RolloutSpec } from './rollout.ts'
import { at } from './rules.ts'
import { closest } from './suggest.ts'

type Path = (string | number)[]
type Scope = 'Namespace' | 'Cluster'

/** What may be named by name and scope. */
const pairs = {
  template: { Namespace: 'AnalysisTemplate', Cluster: 'ClusterAnalysisTemplate' },
  source: { Namespace: 'MetricSource', Cluster: 'ClusterMetricSource' },
} as const

/**
 * Templates and sources that Rollouts, templates and analyses name and that are not among the documents, and templates that cannot be merged as a
 * Rollout wants it. Objects that are wrong by themselves are left out.
 */
export function analysisProblems(docs: readonly Doc[], context: LintContext): Finding[] {
  return docs.flatMap((doc) => {
    if (groupOf(doc) !== group) return []
    const named = namedBy(doc)
    return [
      ...named.templates.flatMap(({ ref, path }) => missing('template', ref, path, doc, docs, context)),
      ...named.metrics.flatMap(({ metric, path }) => sourceProblem(metric, path, doc, docs, context)),
      ...mergeProblems(doc, docs),
    ]
  })
}

function mergeProblems(doc: Doc, docs: readonly Doc[]): Finding[] {
  const parsed = doc.object.kind === 'Rollout' ? RolloutSpec.safeParse(doc.object.spec) : undefined
  if (!parsed?.success) return []
  const namespace = String(at(doc.object, 'metadata.namespace') ?? 'default')
  const templateOf = ({ name, scope }: TemplateRef) =>
    find(among(docs, 'template', scope, doc), group, pairs.template[scope], name)?.object.spec
  return useProblems(parsed.data, { name: nameOf(doc), namespace }, templateOf).map((problem) => finding(doc, 'error', problem))
}

interface Named {
  templates: { ref: TemplateRef; path: Path }[]
  metrics: { metric: Metric; path: Path }[]
}

function namedBy({ object: { kind, spec } }: Doc): Named {
  const none: Named = { templates: [], metrics: [] }
  switch (kind) {
    case 'Rollout': {
      const parsed = RolloutSpec.safeParse(spec)
      return parsed.success ? { ...none, templates: usesOf(parsed.data).flatMap(({ templates, path }) => listed(templates, path)) } : none
    }
    case 'AnalysisTemplate':
    case 'ClusterAnalysisTemplate': {
      const parsed = AnalysisTemplateSpec.safeParse(spec)
      if (!parsed.success) return none
      const { templates, metrics } = parsed.data
      return { templates: listed(templates, ['spec', 'templates']), metrics: measured(metrics) }
    }
    case 'AnalysisRun': {
      const parsed = AnalysisRunSpec.safeParse(spec)
      return parsed.success ? { ...none, metrics: measured(parsed.data.metrics) } : none
    }
    default:
      return none
  }
}

function listed(refs: readonly TemplateRef[], path: Path): Named['templates'] {
  return refs.map((ref, index) => ({ ref, path: [...path, index] }))
}

function measured(metrics: readonly Metric[]): Named['metrics'] {
  return metrics.map((metric, index) => ({ metric, path: ['spec', 'metrics', index] }))
}

/** A job and a webhook are measured nowhere; what names no source means the one named default. */
function sourceProblem(metric: Metric, path: Path, doc: Doc, docs: readonly Doc[], context: LintContext): Finding[] {
  if (metric.job || metric.webhook) return []
  if (metric.source) return missing('source', metric.source, [...path, 'source'], doc, docs, context)
  const there = (scope: Scope) => among(docs, 'source', scope, doc).some((other) => nameOf(other) === 'default')
  if (!context.complete || there('Namespace') || there('Cluster')) return []
  const message = `metric ${metric.name} names no source, and there is neither a MetricSource nor a ClusterMetricSource named default: write source: {name: …}`
  return [finding(doc, 'error', { path, message, instead: 'source: {name: …}' })]
}

/** Something of the same sort is given, or everything is said to be: then what is named should be there too. */
function missing(
  what: keyof typeof pairs,
  ref: { name: string; scope: Scope },
  path: Path,
  doc: Doc,
  docs: readonly Doc[],
  context: LintContext,
): Finding[] {
  const kind = pairs[what][ref.scope]
  const here = among(docs, what, ref.scope, doc)
  if (find(here, group, kind, ref.name)) return []
  const other: Scope = ref.scope === 'Cluster' ? 'Namespace' : 'Cluster'
  const otherKind = pairs[what][other]
  const there = among(docs, what, other, doc)
  if (!context.complete && here.length + there.length === 0) return []
  const where = context.complete ? (ref.scope === 'Cluster' ? '' : ' in its namespace') : ' among these documents'
  const absent = `there is no ${kind} ${ref.name}${where}`
  const severity = context.complete ? 'error' : 'warning'
  if (find(there, group, otherKind, ref.name)) {
    const message = `${absent}, only ${otherKind} ${ref.name}: write scope: ${other}`
    return [finding(doc, severity, { path: [...path, 'scope'], message, instead: other })]
  }
  const near = closest(ref.name, here.map(nameOf))
  const message = near === undefined ? absent : `${absent}: did you mean ${near}?`
  return [finding(doc, severity, { path: [...path, 'name'], message, ...(near === undefined ? {} : { instead: near }) })]
}

/** Those of a sort and scope that an object may name. What a cluster-wide one names without `Cluster` is in the namespace of whoever uses it. */
function among(docs: readonly Doc[], what: keyof typeof pairs, scope: Scope, doc: Doc): Doc[] {
  const kind = pairs[what][scope]
  const anywhere = scope === 'Cluster' || String(doc.object.kind).startsWith('Cluster')
  return docs.filter((other) => groupOf(other) === group && other.object.kind === kind && (anywhere || sameNamespace(other, doc)))
}
