import type { MetricInput } from '../../api/metric.ts'
import { durationText, secondsOf } from '../durations.ts'
import { type Condition, type Shape, toCel } from '../exprLang/toCel.ts'
import { ExprError } from '../exprLang/tokens.ts'
import { metricName } from '../names.ts'
import type { Reading } from '../reading.ts'
import { metricRefusal } from '../refusal.ts'
import type { Asked } from './provider.ts'
import { providers, without } from './providers.ts'
import { argName, filledText, literalText, type Scene, Unconvertible } from './scene.ts'

/** A metric of a template; undefined, and said: it has no counterpart. `dry`: whether it decides nothing. `taken`: names so far. */
export function metricOf(reading: Reading, scene: Scene, dry: (name: string) => boolean, taken: Set<string>): MetricInput | undefined {
  const name = reading.at('name').text() ?? ''
  try {
    const { source, ...form } = formOf(reading, scene)
    const metric = { name: metricName(name, new Set(taken)), ...form, ...(dry(name) ? { dryRun: true } : {}) }
    const refused = metricRefusal(metric, scene.args)
    if (refused !== undefined) throw new Unconvertible(`metric ${name}: ${refused}`, 'write it by hand')
    taken.add(metric.name)
    const found = source?.()
    if (metric.name !== name) reading.say({ severity: 'changed', what: `it is called ${metric.name}`, doInstead: '' })
    return found ? { ...metric, source: found } : metric
  } catch (error) {
    if (!(error instanceof Unconvertible)) throw error
    reading.lost(error.message, error.doInstead)
    return undefined
  }
}

type Form = Pick<MetricInput, 'threshold' | 'job'> & { source?: Asked['source'] }

function formOf(reading: Reading, scene: Scene): Form {
  reading.at('initialDelay').lost('initialDelay', 'write warmup in spec.analysis of the Rollout: what new pods show so long does not count')
  const provider = reading.at('provider')
  const job = provider.at('job')
  if (job.value !== undefined) return jobOf(reading, job, scene)
  const known = providers.find(({ key }) => provider.at(key).value !== undefined)
  if (!known) {
    const key = provider.fields().find(([name]) => Object.hasOwn(without, name))?.[0]
    if (key === undefined) throw new Unconvertible('a metric without a provider that is known', 'write it by hand')
    throw new Unconvertible(`there is no source of kind ${key}`, without[key] ?? '')
  }
  const conditions = conditionsOf(reading, known.shape)
  if (!conditions.pass && !conditions.fail)
    throw new Unconvertible('a metric without a condition only shows its number', 'write pass or fail, or look at it elsewhere')
  const paths = [conditions.pass, conditions.fail].flatMap((one) => (one === undefined || one.path.length === 0 ? [] : [one.path]))
  const [path = []] = paths
  if (paths.some((one) => JSON.stringify(one) !== JSON.stringify(path)))
    throw new Unconvertible('its conditions look at two places of the result', 'write a metric for each')
  const asked: Asked = known.convert(provider.at(known.key), scene, path)
  return { source: asked.source, threshold: { query: asked.query, ...textsOf(conditions), ...limitsOf(reading, scene) } }
}

interface Conditions {
  pass: Condition | undefined
  fail: Condition | undefined
}

function conditionsOf(reading: Reading, shape: Shape): Conditions {
  return { pass: conditionOf(reading.at('successCondition'), shape), fail: conditionOf(reading.at('failureCondition'), shape) }
}

function conditionOf(reading: Reading, shape: Shape): Condition | undefined {
  const text = reading.text()
  if (text === undefined || text.trim() === '') return undefined
  try {
    const condition = toCel(
      text.replace(/\{\{\s*args\.([^\s{}]+)\s*\}\}/g, (_, name: string) => `{{args.${argName(name)}}}`),
      shape,
    )
    if (condition.asksForNothing)
      reading.say({
        severity: 'changed',
        what: 'no result at all is an error of the measurement, and the condition is not asked',
        doInstead: 'let the query give a number, e.g. by `or vector(0)`',
      })
    if (condition.asksForAll)
      reading.say({
        severity: 'changed',
        what: 'it looks at every item of the result, and Serin measures one number',
        doInstead: 'let the query give one, e.g. by max() or min()',
      })
    return condition
  } catch (error) {
    if (error instanceof ExprError)
      throw new Unconvertible(`the condition ${text}: ${error.message}`, 'write a query that gives one number, and a condition on value')
    throw error
  }
}

function textsOf({ pass, fail }: Conditions): { pass?: string; fail?: string } {
  return { ...(pass ? { pass: pass.cel } : {}), ...(fail ? { fail: fail.cel } : {}) }
}

/** Neither interval nor count means one measurement, as with Argo Rollouts. */
function limitsOf(reading: Reading, scene: Scene): Partial<NonNullable<MetricInput['threshold']>> {
  const interval = intervalOf(reading.at('interval'), scene)
  const count = wholeNumber(reading.at('count'), scene) ?? (interval === undefined ? 1 : undefined)
  const failures = wholeNumber(reading.at('failureLimit'), scene)
  const inconclusive = wholeNumber(reading.at('inconclusiveLimit'), scene)
  const errors = wholeNumber(reading.at('consecutiveErrorLimit'), scene)
  reading.at('consecutiveSuccessLimit').lost('consecutiveSuccessLimit', 'write count: it passes after so many measurements')
  // -1 switches a limit off.
  const limit = (value: number) => (value < 0 ? 1_000_000 : value)
  return {
    ...(interval === undefined ? {} : { interval }),
    ...(count === undefined || count === 0 ? {} : { count }),
    ...(failures === undefined ? {} : { failureLimit: limit(failures) }),
    ...(inconclusive === undefined ? {} : { inconclusiveLimit: limit(inconclusive) }),
    ...(errors === undefined ? {} : { errorLimit: limit(errors) }),
  }
}

function intervalOf(reading: Reading, scene: Scene): string | undefined {
  const written = reading.text()
  if (written === undefined || written === '') return undefined
  const seconds = secondsOf(literalText(written, scene).trim())
  if (seconds === undefined || seconds === 0) throw new Unconvertible(`interval ${written} is no duration`, 'write one like 30s')
  if (literalText(written, scene) !== written) reading.changed(`interval is ${durationText(seconds)}: it cannot be an argument`)
  return durationText(seconds)
}

/** A whole number, also as text or as an argument with a default value. */
function wholeNumber(reading: Reading, scene: Scene): number | undefined {
  const written = reading.scalar()
  if (written === undefined) return undefined
  const text = literalText(written, scene).trim()
  if (!/^-?\d{1,6}$/.test(text)) throw new Unconvertible(`${String(reading.path.at(-1))}: ${written} is no whole number`, 'write one')
  if (text !== written.trim()) reading.changed(`it is ${text}: it cannot be an argument`)
  return Number(text)
}

function jobOf(reading: Reading, job: Reading, scene: Scene): Form {
  const again = wholeNumber(reading.at('count'), scene)
  if (reading.at('interval').text() !== undefined || (again !== undefined && again !== 1))
    reading.say({
      severity: 'changed',
      what: 'the Job is run once, not again and again',
      doInstead: 'measure by a threshold what has to be looked at during the whole run',
    })
  for (const key of ['failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit', 'consecutiveSuccessLimit'])
    reading.at(key).changed('a Job is run once: the first failure decides', 'write backoffLimit into its spec, if it may be tried again')
  job.at('metadata').lost('metadata of the Job: its name and labels are those that Serin gives', '')
  return { job: { template: mapTexts(job.at('spec').take() ?? {}, (text) => filledText(text, scene)) as Record<string, unknown> } }
}

function mapTexts(value: unknown, write: (text: string) => string): unknown {
  if (typeof value === 'string') return write(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, write))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, write)]))
}
