import type { MetricInput } from '../../api/metric.ts'
import type { Context } from '../converter.ts'
import { metricName } from '../names.ts'
import { ledgerOf, type Reading } from '../reading.ts'
import { metricRefusal, refusal } from '../refusal.ts'
import { builtInNames, builtInQuery } from './builtIns.ts'
import { metricSource, templateOf } from './metricTemplate.ts'
import { type QueryValues, translateQuery } from './queries.ts'
import { languageOf, sourceOf } from './sources.ts'
import type { Target } from './target.ts'

/** Metrics of a Canary as conditions with limits. What has no counterpart is noted and left out. */
export function metricsOf(spec: Reading, metrics: readonly Reading[], target: Target, context: Context): MetricInput[] {
  const taken = new Set<string>()
  return metrics.flatMap((metric) => {
    const name = metricName(metric.at('name').text() ?? 'metric', taken)
    const asked =
      metric.at('templateRef').value === undefined ? own(spec, metric, target, context) : byTemplate(spec, metric, target, context)
    const pass = passOf(metric)
    if (!asked || !pass) return []
    const limit = Math.min(Math.max(target.threshold - 1, 0), 1_000_000)
    const count = target.iterations === undefined ? {} : { count: target.iterations }
    const limits = { failureLimit: limit, inconclusiveLimit: limit, errorLimit: limit }
    const made: MetricInput = {
      name,
      ...(asked.source === undefined ? {} : { source: { name: asked.source } }),
      threshold: { query: asked.query, pass, ...count, ...limits },
    }
    const refused = metricRefusal(made)
    if (refused === undefined) return [made]
    metric.lost(`metric ${name} is left out: ${refused}`, 'write it by hand')
    return []
  })
}

interface Asked {
  readonly query: string
  /** Left out: the source named default. */
  readonly source?: string
}

function own(spec: Reading, metric: Reading, target: Target, context: Context): Asked | undefined {
  const name = metric.at('name').text() ?? ''
  const inline = metric.at('query').text()
  const window = metric.at('interval').text() ?? '1m'
  const source = serverOf(spec, target, context)
  if (inline !== undefined) {
    const query = translated(metric.at('query'), 'the query', inline, valuesOf(spec, metric, target), 'promql')
    return query === undefined ? undefined : { query, ...source }
  }
  const query = builtInNames.includes(name) ? builtInQuery(name, target.provider, window) : undefined
  if (query !== undefined) return { query, ...source }
  const doInstead = 'write a metric with a query of what carries your traffic; docs/reference/presets.md has some'
  if (builtInNames.includes(name))
    metric.lost(`${name} is left out: there is no query for ${target.provider || 'a provider that is not named'}`, doInstead)
  else metric.lost(`metric ${name} has neither templateRef nor query, and is none of Flagger's own`, doInstead)
  return undefined
}

function byTemplate(spec: Reading, metric: Reading, target: Target, context: Context): Asked | undefined {
  const ref = metric.at('templateRef')
  const name = ref.at('name').text() ?? ''
  const namespace = ref.at('namespace').text() ?? target.namespace
  const template = templateOf(name, namespace, context)
  if (!template) {
    metric.lost(`MetricTemplate ${name} is not among the files`, 'convert it together with the Canary')
    return undefined
  }
  // Read apart: what there is to say of the template is said where it is converted itself.
  const { reading } = ledgerOf(template)
  const provider = reading.at('spec', 'provider')
  const made = sourceOf(provider, context, template.namespace)
  const object = made && metricSource(target.namespace, made)
  if (!object || refusal(object) !== undefined) {
    metric.lost(`metric ${metric.at('name').text() ?? ''} is left out: Serin cannot ask the source of MetricTemplate ${name}`, 'see there')
    return undefined
  }
  const secret = provider.at('secretRef', 'name').text()
  if (secret !== undefined && template.namespace !== undefined && target.namespace !== undefined && template.namespace !== target.namespace)
    ref.say({
      severity: 'todo',
      what: `Secret ${secret} is in namespace ${template.namespace}, and a MetricSource uses Secrets of its own`,
      doInstead: `copy it into ${target.namespace}, or make a ClusterMetricSource`,
    })
  const text = reading.at('spec', 'query').text() ?? ''
  const language = languageOf(provider)
  const given = provider.at('type').value === 'graphite' ? graphiteTarget(text, ref) : text
  if (given === undefined) return undefined
  if (provider.at('type').value === 'influxdb' && !/v\.timeRange/.test(given))
    ref.say({
      severity: 'changed',
      what: `the query of MetricTemplate ${name} has its own range of time`,
      doInstead: 'write v.timeRangeStart',
    })
  const query = translated(ref, `the query of MetricTemplate ${name}`, given, valuesOf(spec, metric, target), language)
  return query === undefined ? undefined : { query, source: context.share(object) }
}

/** Where Flagger's own metrics come from. */
function serverOf(spec: Reading, target: Target, context: Context): { source?: string } {
  const url = spec.at('metricsServer').text()
  if (url !== undefined) {
    const object = metricSource(target.namespace, { prometheus: { url } })
    if (refusal(object) === undefined) return { source: context.share(object) }
    spec.at('metricsServer').lost('this is no address of a Prometheus', 'make a MetricSource named default')
    return {}
  }
  spec.at('analysis', 'metrics').say({
    severity: 'todo',
    what: "where Flagger's own metrics come from is a flag of Flagger, -metrics-server",
    doInstead: 'make a MetricSource named default, or a ClusterMetricSource named default for all namespaces',
  })
  return {}
}

function valuesOf(spec: Reading, metric: Reading, target: Target): QueryValues {
  const variables = metric
    .at('templateVariables')
    .fields()
    .flatMap(([key, value]) => {
      const text = value.scalar()
      return text === undefined ? [] : [[key, text] as const]
    })
  return {
    name: target.name,
    target: target.workload,
    service: target.service,
    ingress: spec.at('ingressRef', 'name').text() ?? '',
    route: spec.at('routeRef', 'name').text() ?? '',
    interval: metric.at('interval').text() ?? '1m',
    variables: Object.fromEntries(variables),
  }
}

function translated(at: Reading, what: string, text: string, values: QueryValues, language: 'promql' | 'other'): string | undefined {
  const found = translateQuery(text, values, language)
  if ('cannot' in found) {
    at.lost(`${what} ${found.cannot}`, found.doInstead)
    return undefined
  }
  if (found.rewritten.length > 0)
    at.say({
      severity: 'changed',
      what: `in ${what} ${found.rewritten.join(', ')}: with Serin both versions are of one workload`,
      doInstead: 'see that these series name the pod of the version by that label',
    })
  if (!found.selects)
    at.say({
      severity: 'todo',
      what: `${what} measures both versions alike`,
      doInstead: 'select the new one, by a placeholder {{arm.pods}}, {{arm.hash}} or {{arm.service}}',
    })
  return found.query
}

/** Flagger's Graphite queries are the text of an address: target=…&from=… */
function graphiteTarget(text: string, ref: Reading): string | undefined {
  const [first = '', ...others] = text.trim().split('&')
  if (others.length > 0)
    ref.say({
      severity: 'changed',
      what: `of the query only the target is kept: ${others.join('&')} is not`,
      doInstead: 'the window is that of the interval',
    })
  const found = first.replace(/^target=/, '').trim()
  if (found === '') ref.lost('the query has no target', 'write target=…')
  return found === '' ? undefined : found
}

/** Limits of Flagger are inclusive on both sides; the old threshold is a minimum for the success rate, else a maximum. */
function passOf(metric: Reading): string | undefined {
  const range = metric.at('thresholdRange')
  const [min, max, old] = [range.at('min'), range.at('max'), metric.at('threshold')].map((one) => one.number())
  const success = metric.at('name').value === 'request-success-rate'
  const written = [min === undefined ? [] : `value >= ${literal(min)}`, max === undefined ? [] : `value <= ${literal(max)}`].flat()
  if (written.length > 0) return written.join(' && ')
  if (range.value === undefined) {
    if (old === undefined && !success)
      metric.say({
        severity: 'todo',
        what: 'the metric has no limit, which Flagger takes for a maximum of 0',
        doInstead: 'write a thresholdRange',
      })
    return `value ${success ? '>=' : '<='} ${literal(old ?? 0)}`
  }
  metric.lost('a thresholdRange without min and max passes whatever is measured', 'write one of them')
  return undefined
}

/** As CEL writes it: whole numbers beyond 64 bits are none there. */
function literal(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value)
}
