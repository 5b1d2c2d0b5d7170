import type { Metric } from '../api/metric.ts'
import { number } from '../metrics/languages/escape.ts'
import { scanPlaceholders } from '../metrics/languages/scan.ts'
import { TemplateError, type TemplateValues } from '../metrics/template.ts'

/**
 * Texts of a metric in which placeholders may stand. query: the collector fills it in, by the language of its source. condition: CEL.
 * url, body: of a webhook. job: strings of a Job; command: those of a container's command and args, which a shell may read.
 */
export interface MetricText {
  readonly kind: 'query' | 'condition' | 'url' | 'body' | 'job' | 'command'
  /** Keys and indexes from the metric. */
  readonly path: readonly (string | number)[]
  readonly text: string
}

type Path = MetricText['path']

/** The metric with each of its texts as `write` gives it. */
function mapTexts(metric: Metric, write: (text: MetricText) => string): Metric {
  const { ratio, count, histogram, gauge, threshold, job, webhook } = metric
  const query = (text: string, ...path: string[]) => write({ kind: 'query', path, text })
  const condition = (text: string, ...path: string[]) => write({ kind: 'condition', path, text })
  const json = (value: unknown, path: Path, kind: (path: Path) => MetricText['kind']) =>
    mapStrings(value, path, (text, at) => write({ kind: kind(at), path: at, text })) as Record<string, unknown>
  return {
    ...metric,
    ...(ratio && { ratio: { bad: query(ratio.bad, 'ratio', 'bad'), total: query(ratio.total, 'ratio', 'total') } }),
    ...(count && {
      count: {
        bad: query(count.bad, 'count', 'bad'),
        ...(count.exposure === undefined ? {} : { exposure: query(count.exposure, 'count', 'exposure') }),
      },
    }),
    ...(histogram && { histogram: { ...histogram, query: query(histogram.query, 'histogram', 'query') } }),
    ...(gauge && { gauge: { ...gauge, query: query(gauge.query, 'gauge', 'query') } }),
    ...(threshold && {
      threshold: {
        ...threshold,
        query: query(threshold.query, 'threshold', 'query'),
        ...(threshold.pass === undefined ? {} : { pass: condition(threshold.pass, 'threshold', 'pass') }),
        ...(threshold.fail === undefined ? {} : { fail: condition(threshold.fail, 'threshold', 'fail') }),
      },
    }),
    ...(job && { job: { ...job, template: json(job.template, ['job', 'template'], jobKind) } }),
    ...(webhook && {
      webhook: {
        ...webhook,
        url: write({ kind: 'url', path: ['webhook', 'url'], text: webhook.url }),
        ...(webhook.body === undefined ? {} : { body: json(webhook.body, ['webhook', 'body'], () => 'body') }),
      },
    }),
  }
}

/** All texts of a metric. */
export function textsOf(metric: Metric): MetricText[] {
  const texts: MetricText[] = []
  mapTexts(metric, (text) => {
    texts.push(text)
    return text.text
  })
  return texts
}

/** What is known by now; the other placeholders stay. `secrets`: values of arguments that were read for this one use; only bodies get them. */
export type KnownValues = Partial<TemplateValues> & { readonly secrets?: Readonly<Record<string, string>> }

/**
 * The metric with the placeholders that are known filled in everywhere but in queries. Assumes that the texts passed `textProblem`. Throws a
 * TemplateError for a value that cannot stand where it would: in a condition what is no number, in a part of a command what a shell may read.
 */
export function fillTexts(metric: Metric, known: KnownValues): Metric {
  return mapTexts(metric, (text) => (text.kind === 'query' ? text.text : fillText(text, known)))
}

function fillText({ kind, text }: MetricText, known: KnownValues): string {
  let filled = ''
  let from = 0
  for (const { name, start, end } of scanPlaceholders(text)) {
    const value = valueFor(name, known, kind)
    const whole = start === 0 && end === text.length
    filled += text.slice(from, start) + (value === undefined ? text.slice(start, end) : written(name, value, kind, whole))
    from = end
  }
  return filled + text.slice(from)
}

function valueFor(name: string, { namespace, arm, args, interval, secrets }: KnownValues, kind: MetricText['kind']): string | undefined {
  if (name === 'namespace') return namespace
  if (name === 'interval') return interval === undefined ? undefined : `${interval / 1000}s`
  const [scope, key = ''] = name.split('.')
  if (scope === 'arm') return key === 'pods' || key === 'hash' || key === 'service' ? arm?.[key] : undefined
  // Everything but a body is stored or shown somewhere.
  for (const values of [args, kind === 'body' ? secrets : undefined]) if (values && Object.hasOwn(values, key)) return values[key]
  return undefined
}

function written(name: string, value: string, kind: MetricText['kind'], whole: boolean): string {
  switch (kind) {
    case 'query':
    case 'body':
    case 'job':
      return value
    case 'condition':
      if (!number.test(value))
        throw new TemplateError(`{{${name}}} stands in a condition, and its value is no number: give it one, like 0.05`)
      return value.startsWith('-') ? `(${value})` : value
    case 'url':
      if (/^\.{1,2}$/.test(value) || !value.isWellFormed())
        throw new TemplateError(`{{${name}}} stands in an address, and its value would change the path: give it another`)
      return encodeURIComponent(value)
    case 'command':
      if (whole || /^[A-Za-z0-9_./:@%+=,-]*$/.test(value)) return value
      throw new TemplateError(
        `{{${name}}} stands within a text of a command, and its value has characters that a shell may read: give it to the container as env, or let it stand alone`,
      )
  }
}

/** A string below command: or args:, as the items of a list. */
function jobKind(path: Path): 'job' | 'command' {
  const list = path.at(-2)
  return typeof path.at(-1) === 'number' && (list === 'command' || list === 'args') ? 'command' : 'job'
}

function mapStrings(value: unknown, path: Path, write: (text: string, path: Path) => string): unknown {
  if (typeof value === 'string') return write(value, path)
  if (Array.isArray(value)) return value.map((item, at) => mapStrings(item, [...path, at], write))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, [...path, key], write)]))
}
