import { expandQuery, KayentaError, type QueryConfig } from '@serin/analysis/kayenta'
import { selectCanary, workloadMark } from '../armSelection.ts'
import { byPod } from '../byPod.ts'

/** A metric's query object as a query of Serin that gives one number a pod, or of a version. */
export interface Query {
  readonly query: string
  /** Variables of the template that are no scope: arguments of the AnalysisTemplate. */
  readonly args: readonly string[]
  /** What somebody has to look at. */
  readonly todo: readonly string[]
  /** Another label than `pod` that names the pods. */
  readonly podLabel?: string
}

export type Templates = Readonly<Record<string, string>>

type Write = (query: QueryConfig, templates: Templates) => Query

/** Stores of Kayenta that Serin has a source for, by query.type: the name of the source too. */
const stores: Readonly<Record<string, Write>> = { prometheus, datadog, newrelic, stackdriver, graphite }

/** The query, or a sentence that says why there is none. */
export function queryOf(type: string, query: QueryConfig, templates: Templates): Query | string {
  const write = Object.hasOwn(stores, type) ? stores[type] : undefined
  if (!write) return `Serin has no source of kind ${type || '(no type)'}`
  try {
    return write(query, templates)
  } catch (error) {
    if (error instanceof KayentaError) return error.message
    throw error
  }
}

/** The query as Kayenta would write it, with placeholders for the scope and whatever else a template wants. */
function expanded(type: string, query: QueryConfig, templates: Templates, scope: string, params: Record<string, string> = {}) {
  const names = variables(query, templates).filter((name) => !['scope', 'location', 'project', 'resourceType'].includes(name))
  const own = new Set(['namespace', 'startEpochSeconds', 'endEpochSeconds', 'step', ...Object.keys(params)])
  const args = names.filter((name) => !own.has(name))
  const values = { namespace: '{{namespace}}', ...Object.fromEntries(args.map((name) => [name, `{{args.${argName(name)}}}`])), ...params }
  const text = expandQuery(
    type,
    query,
    { scope, location: '{{namespace}}', project: 'project', step: 60, start: 0, end: 60_000, extendedScopeParams: values },
    templates,
    { defaultScopeKey: 'podName' },
  )
  return { text, args: args.map(argName) }
}

const argName = (variable: string) => variable.replace(/[^-_a-zA-Z0-9]/g, '-').replace(/^[^a-zA-Z]+|[^a-zA-Z0-9]+$/g, '') || 'value'

function variables(query: QueryConfig, templates: Templates): string[] {
  const named = String(query.customFilterTemplate ?? '')
  const text = String(query.customInlineTemplate ?? (Object.hasOwn(templates, named) ? templates[named] : ''))
  return [...new Set([...text.matchAll(/\$\\?\{\s*([\w@$.-]+)\s*\}/g)].map(([, name]) => name ?? ''))]
}

const custom = (query: QueryConfig) => Boolean(query.customInlineTemplate || query.customFilterTemplate)
const scopeIs = (what: string) =>
  `the scope, which was the name of a server group or the like, is now ${what}: see that it finds the pods of one version`

function prometheus(query: QueryConfig, templates: Templates): Query {
  const { text, args } = expanded('prometheus', query, templates, workloadMark)
  const selection = selectCanary(text, 'promql', { workload: '{{arm.hash}}', service: '' })
  const written = selection?.query ?? text
  const label = /([a-zA-Z_]\w*)=~"\{\{arm\.pods\}\}"/.exec(written)?.[1]
  const todo = [...(selection?.rewritten ?? []), ...(label === undefined ? [scopeIs('{{arm.hash}}')] : [])]
  const groups = Array.isArray(query.groupByFields) && query.groupByFields.length > 0
  const remark = groups ? ['series of a pod by other labels are averaged: groupByFields is for people only'] : []
  const each = byPod(written, label ?? 'pod')
  return { query: each, args, todo: [...todo, ...remark], ...(label === undefined || label === 'pod' ? {} : { podLabel: label }) }
}

function datadog(query: QueryConfig, templates: Templates): Query {
  const scope = custom(query) ? '{{arm.hash}}' : 'kube_replica_set:{{args.workload}}-{{arm.hash}}'
  const { text, args } = expanded('datadog', query, templates, scope)
  return { query: text, args: custom(query) ? args : [...args, 'workload'], todo: [scopeIs(scope)] }
}

function newrelic(query: QueryConfig, templates: Templates): Query {
  const mark = custom(query) ? '{{arm.hash}}' : workloadMark
  const { text, args } = expanded('newrelic', query, templates, mark)
  const plain = text
    .replace(/\s*\bTIMESERIES\s+(MAX|AUTO|\d+\s+\w+)/i, '')
    .replace(/\s*\bSINCE\s+\d+\s+UNTIL\s+\d+/i, '')
    .replaceAll(`podName LIKE '${workloadMark}'`, "podName RLIKE r'{{arm.pods}}'")
  return { query: plain, args, todo: [scopeIs(custom(query) ? mark : 'podName')] }
}

function stackdriver(query: QueryConfig, templates: Templates): Query {
  const pods = { pod_name: 'monitoring.regex.full_match("{{arm.pods}}")', namespace_name: '"{{namespace}}"' }
  const { text, args } = expanded('stackdriver', query, templates, '{{arm.hash}}', custom(query) ? {} : pods)
  const filter = text.replaceAll(/ AND project=project\b/g, '')
  const given = ['perSeriesAligner', 'crossSeriesReducer', 'groupByFields'].flatMap((key) => (query[key] ? [[key, query[key]]] : []))
  const written = given.length === 0 ? filter : JSON.stringify({ filter, ...Object.fromEntries(given) })
  return { query: written, args, todo: custom(query) ? [scopeIs('{{arm.hash}}')] : [] }
}

function graphite(query: QueryConfig, templates: Templates): Query {
  const { text, args } = expanded('graphite', query, templates, '{{arm.hash}}')
  return { query: `summarize(${text},"{{interval}}","avg",true)`, args, todo: [scopeIs('{{arm.hash}}')] }
}
