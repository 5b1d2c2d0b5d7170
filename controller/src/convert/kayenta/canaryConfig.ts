import { CanaryConfigError, readCanaryConfig } from '@serin/analysis/kayenta'
import type { MetricInput } from '../../api/metric.ts'
import { apiVersion } from '../../api/rollout.ts'
import { isObject } from '../../traffic/patch.ts'
import type { Converter, KubeObject } from '../converter.ts'
import type { Source } from '../documents.ts'
import { metricName, objectName } from '../names.ts'
import type { Reading } from '../reading.ts'
import { metricRefusal } from '../refusal.ts'
import { queryOf, type Templates } from './queries.ts'

/** A canary config as Spinnaker stores it becomes an AnalysisTemplate with Kayenta's judge, which keeps classifier, groups and options as they are. */
export const canaryConfig: Converter = {
  peer: 'kayenta',
  kind: 'canary config of Kayenta',
  accepts: isCanaryConfig,
  convert(whole) {
    const reading = configIn(whole)
    const name = objectName(reading.at('name').text() ?? 'canary-config')
    const wrong = problems(reading)
    if (wrong.length > 0) {
      for (const what of wrong)
        reading.say({ severity: 'lost', what: `nothing is made of it: ${what}`, doInstead: 'mend it, and convert it again' })
      return []
    }
    const metrics = metricsOf(reading)
    about(reading)
    if (metrics.length === 0) return []
    const [pass, marginal] = ['pass', 'marginal'].map((key) => {
      const asked = whole.at('executionRequest', 'thresholds', key).number()
      return asked ?? reading.at('classifier', 'scoreThresholds', key).number()
    })
    whole.at('executionRequest', 'scopes').lost('what is compared, and when, is said by the Rollout', '')
    const args = [...new Set(metrics.flatMap((one) => one.args))]
    for (const arg of args)
      if (arg !== 'workload')
        reading.at('templates').say({
          severity: 'todo',
          what: `argument ${arg} has no value`,
          doInstead: `give one, in spec.analysis.args of each Rollout: {${arg}: …}`,
        })
    const classifier = reading.at('classifier').take()
    const kayenta = {
      ...(pass === undefined ? {} : { pass }),
      ...(marginal === undefined ? {} : { marginal }),
      config: { ...(classifier === undefined ? {} : { classifier }), metrics: metrics.map(({ options }) => options) },
    }
    const declared = args.map((arg) =>
      arg === 'workload' ? { name: arg, valueFrom: { fieldRef: { path: 'spec.workload.name' } } } : { name: arg },
    )
    const spec = {
      ...(declared.length > 0 ? { args: declared } : {}),
      judge: { kind: 'kayenta', kayenta },
      // The step that Kayenta asks for.
      interval: '1m',
      metrics: metrics.map(({ metric }) => metric),
    }
    return [{ apiVersion, kind: 'AnalysisTemplate', metadata: { name }, spec }] satisfies KubeObject[]
  },
}

function isCanaryConfig({ apiVersion: version, kind, value }: Source): boolean {
  const config = isObject(value.canaryConfig) ? value.canaryConfig : value
  if (version !== '' || kind !== '' || !Array.isArray(config.metrics)) return false
  return ['classifier', 'judge', 'configVersion', 'templates'].some((key) => config[key] !== undefined)
}

/** A request for an analysis has the config in it. */
function configIn(whole: Reading): Reading {
  return isObject(whole.at('canaryConfig').value) ? whole.at('canaryConfig') : whole
}

interface Made {
  readonly metric: MetricInput
  /** What the judge reads of it. */
  readonly options: unknown
  readonly args: readonly string[]
}

function metricsOf(reading: Reading): Made[] {
  const taken = new Set<string>()
  const templates = templatesOf(reading)
  const used = new Set<string>()
  const made = reading
    .at('metrics')
    .items()
    .flatMap((metric): Made[] => {
      const written = metric.at('name').text() ?? 'metric'
      const name = metricName(written, taken)
      const query = metric.at('query')
      const type = query.at('type').text() ?? query.at('serviceType').text() ?? ''
      const found = queryOf(type, isObject(query.value) ? query.value : {}, templates)
      const refuse = (why: string) => {
        metric.lost(`metric ${written} is left out: ${why}`, 'write it by hand: the scores of the others count more without it')
        return []
      }
      if (typeof found === 'string') return refuse(found)
      query.take()
      const one: MetricInput = { name, source: { name: type }, gauge: { query: found.query } }
      const declared = found.args.map((arg) => ({ name: arg, value: '1' }))
      const refused = metricRefusal(one, declared)
      if (refused !== undefined) return refuse(refused)
      used.add(type)
      for (const what of found.todo) query.say({ severity: 'todo', what: `${written}: ${what}`, doInstead: 'try it with serin backtest' })
      if (found.podLabel !== undefined)
        query.say({
          severity: 'todo',
          what: `${written} names the pods by ${found.podLabel}`,
          doInstead: `write podLabel: ${found.podLabel} into its MetricSource`,
        })
      if (name !== written) metric.at('name').changed(`the metric is called ${name}`)
      const scope = metric.at('scopeName').text() ?? 'default'
      if (scope !== 'default') metric.at('scopeName').changed('there is one scope: the pods of the Rollout')
      const options = {
        name,
        groups: metric.at('groups').take() ?? [],
        analysisConfigurations: metric.at('analysisConfigurations').take() ?? {},
      }
      return [{ metric: one, options, args: found.args }]
    })
  for (const store of used)
    reading.at('metrics').say({
      severity: 'todo',
      what: `metrics are asked from a MetricSource named ${store}`,
      doInstead: 'make it (docs/guides/sources.md)',
    })
  return made
}

/** Templates are written out where they are used. */
function templatesOf(reading: Reading): Templates {
  return Object.fromEntries(
    reading
      .at('templates')
      .fields()
      .flatMap(([key, value]) => {
        const text = value.text()
        return text === undefined ? [] : [[key, text]]
      }),
  )
}

function about(reading: Reading): void {
  for (const key of ['id', 'configVersion', 'createdTimestamp', 'updatedTimestamp', 'createdTimestampIso', 'updatedTimestampIso'])
    reading.at(key).take()
  reading.at('applications').changed('Rollouts say which template they use', 'name it in spec.analysis.templates of their Rollouts')
  reading.at('description').lost('there is no field for it', 'write it as a comment')
  const judge = reading.at('judge', 'name').text() ?? 'NetflixACAJudge-v1.0'
  if (judge !== 'NetflixACAJudge-v1.0') reading.at('judge', 'name').changed(`${judge} is not there: NetflixACAJudge-v1.0 judges`)
  const options = reading.at('judge', 'judgeConfigurations')
  if (isObject(options.value) && Object.keys(options.value).length > 0) options.lost('the judge has no options', '')
  else options.take()
  reading.say({
    severity: 'todo',
    what: 'how long and how often it is judged, and of what, stands in the request to Kayenta and not here',
    doInstead:
      'write judge.kayenta.after, name the template in spec.analysis.templates of a Rollout, and baseline: fresh for two arms of the same size and age',
  })
}

function problems(reading: Reading): string[] {
  try {
    readCanaryConfig(reading.value)
    return []
  } catch (error) {
    if (error instanceof CanaryConfigError) return error.problems.map(({ message }) => message.replace(/\.$/, ''))
    throw error
  }
}
