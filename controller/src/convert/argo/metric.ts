import type { MetricInput } from '../../api/metric.ts'
import { durationText, secondsOf } from '../durations.ts'
import { type Condition, type Place, type Shape, toCelByPlace } from '../exprLang/toCel.ts'
import { ExprError } from '../exprLang/tokens.ts'
import { metricName } from '../names.ts'
import { podTemplateProblem } from '../podTemplate.ts'
import type { Reading } from '../reading.ts'
import { metricRefusal } from '../refusal.ts'
import type { Asked } from './provider.ts'
import { providers, without } from './providers.ts'
import { argName, filledText, literalText, type Scene, Unconvertible } from './scene.ts'

/** The metrics that one of a template becomes; none, and said: it has no counterpart. `dry`: whether it decides nothing. `taken`: names so far. */
export function metricsOf(reading: Reading, scene: Scene, dry: (name: string) => boolean, taken: Set<string>): MetricInput[] {
  const name = reading.at('name').text() ?? ''
  try {
    const names = new Set(taken)
    const metrics = formsOf(reading, scene).map(({ source, ...form }) => {
      const metric = { name: metricName(name, names), ...form, ...(dry(name) ? { dryRun: true } : {}) }
      const refused = metricRefusal(metric, scene.args)
      if (refused !== undefined) throw new Unconvertible(`metric ${name}: ${refused}`, 'write it by hand')
      return { metric, source }
    })
    const called = metrics.map(({ metric }) => metric.name)
    for (const one of called) taken.add(one)
    if (called.join() !== name) reading.say({ severity: 'changed', what: `it is called ${called.join(' and ')}`, doInstead: '' })
    return metrics.map(({ metric: { name: own, ...rest }, source }) => {
      const found = source?.()
      return { name: own, ...(found ? { source: found } : {}), ...rest }
    })
  } catch (error) {
    if (!(error instanceof Unconvertible)) throw error
    reading.lost(error.message, error.doInstead)
    return []
  }
}

type Form = Pick<MetricInput, 'threshold' | 'job'> & { source?: Asked['source'] }

function formsOf(reading: Reading, scene: Scene): Form[] {
  reading.at('initialDelay').lost('initialDelay', 'write warmup in spec.analysis of the Rollout: what new pods show so long does not count')
  const provider = reading.at('provider')
  const job = provider.at('job')
  if (job.value !== undefined) return [jobOf(reading, job, scene)]
  const known = providers.find(({ key }) => provider.at(key).value !== undefined)
  if (!known) {
    const key = provider.fields().find(([name]) => Object.hasOwn(without, name))?.[0]
    if (key === undefined) throw new Unconvertible('a metric without a provider that is known', 'write it by hand')
    throw new Unconvertible(`there is no source of kind ${key}`, without[key] ?? '')
  }
  const limits = limitsOf(reading, scene)
  return conditionsOf(reading, known.shape).map(({ pass, fail, path }) => {
    const { source, query }: Asked = known.convert(provider.at(known.key), scene, path)
    return { source, threshold: { query, ...(pass ? { pass } : {}), ...(fail ? { fail } : {}), ...limits } }
  })
}

interface Conditions {
  readonly pass?: string | undefined
  readonly fail?: string | undefined
  readonly path: Place
}

/** One pair of conditions for each place of the result that is looked at. */
function conditionsOf(reading: Reading, shape: Shape): Conditions[] {
  const [success, failure] = [reading.at('successCondition'), reading.at('failureCondition')]
  const passes = translated(success, shape)
  const fails = translated(failure, shape)
  if (passes.length === 0 && fails.length === 0)
    throw new Unconvertible('a metric without a condition only shows its number', 'write pass or fail, or look at it elsewhere')
  const places = new Map([...passes, ...fails].flatMap(({ path }) => (path ? [[JSON.stringify(path), path]] : [])))
  const [path = []] = places.values()
  const [pass] = passes
  const [fail] = fails
  if (places.size < 2 && passes.length < 2 && fails.length < 2) return [{ pass: pass?.cel, fail: fail?.cel, path }]
  // Failing when two parts fail together is none of these metrics' failing alone.
  if (fails.length > 0) throw new Unconvertible('its conditions look at two places of the result', 'write a metric for each')
  reading.say({
    severity: 'changed',
    what: `it looks at ${passes.length} places of the result: a metric for each, which count their failures apart`,
    doInstead: '',
  })
  return passes.map((one) => ({ pass: one.cel, path: one.path ?? [] }))
}

function translated(reading: Reading, shape: Shape): Condition[] {
  const text = reading.text()
  if (text === undefined || text.trim() === '') return []
  try {
    const renamed = text.replace(/\{\{\s*args\.([^\s{}]+)\s*\}\}/g, (_, name: string) => `{{args.${argName(name)}}}`)
    const conditions = toCelByPlace(renamed, shape)
    if (conditions.some(({ asksForNothing }) => asksForNothing))
      reading.say({
        severity: 'changed',
        what: 'no result at all is an error of the measurement, and the condition is not asked',
        doInstead: 'let the query give a number, e.g. by `or vector(0)`',
      })
    if (conditions.some(({ asksForAll }) => asksForAll))
      reading.say({
        severity: 'changed',
        what: 'it looks at every item of the result, and Serin measures one number',
        doInstead: 'let the query give one, e.g. by max() or min()',
      })
    return conditions
  } catch (error) {
    if (!(error instanceof ExprError)) throw error
    throw new Unconvertible(`the condition ${text}: ${error.message}`, 'write a query that gives one number, and a condition on value')
  }
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
  const problem = podTemplateProblem(job.at('spec', 'template').value)
  if (problem !== undefined)
    job.say({ severity: 'todo', what: `the API server would refuse this Job: in spec.template ${problem}`, doInstead: 'mend it' })
  return { job: { template: mapTexts(job.at('spec').take() ?? {}, (text) => filledText(text, scene)) as Record<string, unknown> } }
}

function mapTexts(value: unknown, write: (text: string) => string): unknown {
  if (typeof value === 'string') return write(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, write))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, write)]))
}
