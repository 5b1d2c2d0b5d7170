import { describe, isText } from './arguments.ts'
import { KayentaError } from './errors.ts'
import { isRecord } from './lookup.ts'
import { type Problem, readMetricOptions } from './options.ts'

/** A canary config as Kayenta stores it. Only what the judge reads is typed; other fields are kept. */
export type CanaryConfig = {
  readonly name?: string
  readonly metrics: readonly MetricConfig[]
  readonly templates?: Readonly<Record<string, string>> | null
  readonly classifier?: {
    readonly groupWeights?: Readonly<Record<string, number>> | null
    readonly scoreThresholds?: { readonly pass?: number; readonly marginal?: number } | null
  } | null
  readonly [field: string]: unknown
}

export type MetricConfig = {
  readonly name: string
  readonly query?: Readonly<Record<string, unknown>> | null
  readonly groups?: readonly string[] | null
  readonly scopeName?: string | null
  readonly analysisConfigurations?: Readonly<Record<string, unknown>> | null
  readonly [field: string]: unknown
}

/** Everything that is wrong in a canary config, each with its path; the message is all of them. */
export class CanaryConfigError extends KayentaError {
  readonly problems: readonly Problem[]
  /** Path of the first problem, such as metrics[2].analysisConfigurations.canary.critical. */
  readonly path: string

  constructor(problems: readonly Problem[]) {
    super('bad-config', problems.map((problem) => problem.message).join(' '))
    this.name = 'CanaryConfigError'
    this.problems = problems
    this.path = problems[0]?.path ?? ''
  }
}

type Check = (value: unknown) => string | undefined

const METRIC = 'write an object with a name and a query'
const METRICS = 'write a list of metrics, each an object with a name and a query'

const text: Check = (value) => (isText(value) ? undefined : 'write a text in quotes')
const textOrNumber: Check = (value) => (isText(value) || typeof value === 'number' ? undefined : 'write a text in quotes, such as "1"')
const number: Check = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : 'write a number without quotes, such as 50'
const texts: Check = (value) => (Array.isArray(value) ? undefined : 'write a list of texts, such as ["errors"]')
const object: Check = (value) => (isRecord(value) ? undefined : 'write an object in braces')

/**
 * Reads a canary config: JSON text, or what JSON.parse made of it. Gives the same object back, unknown fields included, once every field the
 * judge reads has the right type; fields that are absent or null take Kayenta's defaults later.
 * @throws CanaryConfigError that says of each wrong field what it is, where, and what to write instead
 */
export function readCanaryConfig(json: unknown): CanaryConfig {
  const config = isText(json) ? parsed(json) : json
  const problems: Problem[] = []
  if (!isRecord(config))
    throw new CanaryConfigError([{ path: '', message: `The canary config is ${describe(config)}; write an object in braces.` }])
  readTop(config, problems)
  if (!Array.isArray(config.metrics)) {
    problems.push(problem('metrics', config.metrics, METRICS))
  } else {
    config.metrics.forEach((metric: unknown, at) => {
      readMetric(metric, `metrics[${at}]`, problems)
    })
  }
  if (problems.length > 0) throw new CanaryConfigError(problems)
  return config as CanaryConfig
}

/**
 * A config as a caller gives it to the judge: its JSON text is read whole; of an object only the frame is looked at, its metrics when they
 * are judged.
 * @throws CanaryConfigError
 */
export function usableConfig(config: unknown): CanaryConfig {
  if (!isRecord(config)) return readCanaryConfig(config)
  const problems: Problem[] = []
  if (!Array.isArray(config.metrics)) problems.push(problem('metrics', config.metrics, METRICS))
  for (const [at, metric] of (Array.isArray(config.metrics) ? config.metrics : []).entries()) {
    if (!isRecord(metric)) problems.push(problem(`metrics[${at}]`, metric, METRIC))
  }
  optional(config, 'classifier', object, '', problems)
  if (problems.length > 0) throw new CanaryConfigError(problems)
  return config as CanaryConfig
}

/** A metric's groups; what is wrong in them is noted. */
export function groupsOf(metric: MetricConfig, at: string, problems: Problem[]): readonly string[] {
  list(metric, 'groups', at, problems)
  return metric.groups ?? []
}

function readTop(config: Readonly<Record<string, unknown>>, problems: Problem[]): void {
  optional(config, 'name', text, '', problems)
  optional(config, 'configVersion', textOrNumber, '', problems)
  list(config, 'applications', '', problems)
  optional(config, 'judge', object, '', problems)
  if (optional(config, 'templates', object, '', problems)) each(config.templates, 'templates', text, problems)
  if (!optional(config, 'classifier', object, '', problems)) return
  const classifier = isRecord(config.classifier) ? config.classifier : {}
  if (optional(classifier, 'groupWeights', object, 'classifier', problems)) {
    each(classifier.groupWeights, 'classifier.groupWeights', number, problems)
  }
  if (optional(classifier, 'scoreThresholds', object, 'classifier', problems)) {
    each(classifier.scoreThresholds, 'classifier.scoreThresholds', number, problems)
  }
}

function readMetric(metric: unknown, at: string, problems: Problem[]): void {
  if (!isRecord(metric)) {
    problems.push(problem(at, metric, METRIC))
    return
  }
  if (!isText(metric.name) || metric.name === '')
    problems.push(problem(`${at}.name`, metric.name, 'write the name of the metric in quotes'))
  list(metric, 'groups', at, problems)
  optional(metric, 'scopeName', text, at, problems)
  if (optional(metric, 'query', object, at, problems) && isRecord(metric.query))
    optional(metric.query, 'type', text, `${at}.query`, problems)
  if (!optional(metric, 'analysisConfigurations', object, at, problems)) return
  const analysis = metric.analysisConfigurations
  if (isRecord(analysis) && analysis.canary !== undefined && analysis.canary !== null && typeof analysis.canary !== 'object') {
    problems.push(problem(`${at}.analysisConfigurations.canary`, analysis.canary, 'write an object in braces'))
  }
  problems.push(...readMetricOptions(analysis, `${at}.analysisConfigurations`).problems)
}

/** Whether the field is there and right; a wrong one is noted. */
function optional(owner: Readonly<Record<string, unknown>>, field: string, check: Check, at: string, problems: Problem[]): boolean {
  const value = owner[field]
  if (value === undefined || value === null) return false
  const write = check(value)
  if (write !== undefined) problems.push(problem(at === '' ? field : `${at}.${field}`, value, write))
  return write === undefined
}

function list(owner: Readonly<Record<string, unknown>>, field: string, at: string, problems: Problem[]): void {
  const values = owner[field]
  if (!optional(owner, field, texts, at, problems) || !Array.isArray(values)) return
  values.forEach((value: unknown, index) => {
    const write = text(value)
    if (write !== undefined) problems.push(problem(`${at === '' ? field : `${at}.${field}`}[${index}]`, value, write))
  })
}

function each(record: unknown, at: string, check: Check, problems: Problem[]): void {
  for (const field of Object.keys(isRecord(record) ? record : {})) optional(isRecord(record) ? record : {}, field, check, at, problems)
}

function problem(path: string, value: unknown, write: string): Problem {
  return { path, message: `${path} is ${describe(value)}; ${write}.` }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new CanaryConfigError([{ path: '', message: 'The canary config is not JSON; write an object in braces.' }])
  }
}
