import { TableError, thresholdJudge } from '@serin/analysis'
import type { AnalysisTemplateSpec, TemplateArg } from '../api/analysisTemplate.ts'
import type { Metric } from '../api/metric.ts'
import { closest } from '../api/suggest.ts'
import { number } from '../metrics/languages/escape.ts'
import { longestPresetName } from '../metrics/presets/registry.ts'
import { placeholdersOf, TemplateError } from '../metrics/template.ts'
import { fillTexts, type MetricText, textsOf } from './resolveTexts.ts'

export interface PlaceholderProblem {
  /** Keys and indexes from the spec of the template. */
  readonly path: (string | number)[]
  /** A sentence: what is wrong and what to write. */
  readonly message: string
}

/**
 * What is wrong with the texts of a template: placeholders that there are not, arguments that it does not declare, secrets where they would be
 * shown, queries that measure both versions alike, and conditions that are no CEL.
 */
export function placeholderProblems(spec: AnalysisTemplateSpec): PlaceholderProblem[] {
  return spec.metrics.flatMap((metric, at) =>
    metricProblems(metric, spec.args).map(({ path, message }) => ({ path: ['metrics', at, ...path], message })),
  )
}

/** The same of one metric; paths begin at the metric. */
export function metricProblems(metric: Metric, args: readonly TemplateArg[]): PlaceholderProblem[] {
  const problems = textsOf(metric).flatMap((text) => {
    const message = textProblem(text, args, metric)
    return message === undefined ? [] : [{ path: [...text.path], message }]
  })
  if (metric.preset !== undefined && metric.name.length > longestPresetName)
    problems.push({
      path: ['name'],
      message: `a metric with a preset gets two names, with errors and latency behind: write at most ${longestPresetName} letters`,
    })
  return problems.length > 0 ? problems : conditionProblems(sampled(metric, args))
}

/** Conditions of a metric that do not compile. */
export function conditionProblems({ name, threshold }: Metric): PlaceholderProblem[] {
  return (['pass', 'fail'] as const).flatMap((key) => {
    const condition = threshold?.[key]
    if (condition === undefined) return []
    try {
      thresholdJudge.begin({ metrics: [{ name, [key]: condition, failureLimit: 0, inconclusiveLimit: 0, errorLimit: 0 }] })
      return []
    } catch (error) {
      if (error instanceof TableError) return [{ path: ['threshold', key], message: error.message }]
      throw error
    }
  })
}

/** With a number for each argument, as conditions want them. */
function sampled(metric: Metric, args: readonly TemplateArg[]): Metric {
  const values = args.map(({ name, value = '1' }) => [name, number.test(value) ? value : '1'])
  return metric.threshold ? fillTexts(metric, { args: Object.fromEntries(values) }) : metric
}

function textProblem({ kind, path, text }: MetricText, args: readonly TemplateArg[], metric: Metric): string | undefined {
  let names: string[]
  try {
    names = placeholdersOf(text)
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
  for (const name of names) {
    const arg = name.startsWith('args.') ? name.slice(5) : undefined
    const declared = args.find((one) => one.name === arg)
    if (arg !== undefined && !declared) return undeclared(arg, args)
    if (declared?.valueFrom?.secretKeyRef && kind !== 'body') return `{{${name}}} is a secret: ${secretElsewhere[kind]}`
    if (kind === 'condition' && arg === undefined) return `{{${name}}} has no place in a condition: only {{args.NAME}} may stand there`
  }
  if (kind === 'url' && /\{\{/.test(/^[a-z]+:\/\/[^/?#]*/i.exec(text)?.[0] ?? text))
    return 'placeholders may stand in the path and the query of an address: write its host out, like https://checks.example/run?version={{arm.hash}}'
  return kind === 'query' ? queryProblem(text, path, names, metric) : undefined
}

/** The path tells which form of metric it is. */
function queryProblem(query: string, [form]: MetricText['path'], names: readonly string[], { name }: Metric): string | undefined {
  // A match by equality, in whichever language.
  if (/(?<![~=])==?\s*(["'`])\{\{\s*arm\.pods\s*\}\}\1/.test(query))
    return 'the pods are a regular expression: match by pattern, as pod=~"{{arm.pods}}" does in PromQL'
  if (form === 'threshold' || names.some((one) => one.startsWith('arm.'))) return undefined
  return `${name} would measure both versions alike: select one by pod=~"{{arm.pods}}", or by {{arm.hash}} or {{arm.service}}`
}

function undeclared(arg: string, args: readonly TemplateArg[]): string {
  const near = closest(
    arg,
    args.map(({ name }) => name),
  )
  return `{{args.${arg}}} is no argument of this template: ${near ? `did you mean {{args.${near}}}?` : `declare it, args: [{name: ${arg}}]`}`
}

const secretElsewhere = {
  query: 'a query is stored and shown; the source has its own way to sign in',
  condition: 'a condition is stored and shown; write a number',
  url: 'an address is stored and shown; send it in the body',
  body: '',
  job: 'a Job is stored and shown; name the Secret in its env, valueFrom: {secretKeyRef: …}',
  command: 'a Job is stored and shown; name the Secret in its env, valueFrom: {secretKeyRef: …}',
} as const
