import { secondsOf } from '../durations.ts'
import { accessOf } from './access.ts'
import type { Provider } from './provider.ts'
import { filledText, literalText, sourceFor, sourceToWrite, Unconvertible } from './scene.ts'
import { web } from './webProvider.ts'

const prometheus: Provider = {
  key: 'prometheus',
  shape: 'numbers',
  convert(reading, scene) {
    if (reading.at('rangeQuery').value !== undefined)
      throw new Unconvertible(
        'a range query gives many numbers, and Serin measures one',
        'write it as an instant query, e.g. with max_over_time(…[5m:])',
      )
    const query = filledText(reading.at('query').text() ?? '', scene)
    const address = literalText(reading.at('address').text() ?? '', scene)
    const access = accessOf(reading, scene, 'timeout')
    if (address !== '')
      return { query, source: sourceFor(scene, `prometheus-${hostOf(address)}`, { prometheus: { url: address }, ...access }) }
    reading.say({
      severity: 'todo',
      what: 'no address: Argo Rollouts takes it from its environment',
      doInstead: 'write a MetricSource or ClusterMetricSource named default',
    })
    return { query, source: () => undefined }
  },
}

const datadog: Provider = {
  key: 'datadog',
  shape: 'numbers',
  convert(reading, scene) {
    reading.at('apiVersion').take()
    reading
      .at('aggregator')
      .changed('the aggregator has no counterpart', 'Serin takes the last interval; write the aggregation into the query')
    reading.at('interval').changed('Serin asks for one interval of the metric', 'write the length as interval of the metric')
    const secret = literalText(reading.at('secretRef', 'name').text() ?? 'datadog', scene)
    const namespaced = reading.at('secretRef', 'namespaced').flag() === true
    if (!namespaced || scene.cluster)
      reading.say({
        severity: 'todo',
        what: `the keys are in Secret ${secret} beside the controller`,
        doInstead: `copy it to the namespace of the ${scene.cluster ? 'controller of Serin' : 'MetricSource'}`,
      })
    reading.say({
      severity: 'todo',
      what: 'the address of Datadog is in the Secret',
      doInstead: 'write datadog: {site: …} into the MetricSource, if it is not datadoghq.com',
    })
    const ref = (key: string) => ({ name: secret, key })
    const source = sourceFor(scene, secret, { datadog: { apiKeyRef: ref('api-key'), appKeyRef: ref('app-key') } })
    return { query: filledText(datadogQuery(reading), scene), source }
  },
}

/** The formula with its queries written in. */
function datadogQuery(reading: Parameters<Provider['convert']>[0]): string {
  const query = reading.at('query').text()
  const queries = new Map(
    reading
      .at('queries')
      .fields()
      .map(([name, one]) => [name, one.text() ?? ''] as const),
  )
  const formula = reading.at('formula').text()
  if (query !== undefined) return query
  const [only] = queries.values()
  if (formula === undefined) return only ?? ''
  if (queries.size === 1 && queries.has(formula.trim())) return only ?? ''
  return formula.replace(/[A-Za-z_]\w*/g, (name) => (queries.has(name) ? `(${queries.get(name)})` : name))
}

const newRelic: Provider = {
  key: 'newRelic',
  shape: 'document',
  convert(reading, scene) {
    const profile = reading.at('profile').text() ?? 'newrelic'
    reading.at('timeout').changed('the timeout belongs to the source', 'write timeout into the MetricSource')
    reading.say({
      severity: 'todo',
      what: `account and key are in Secret ${profile}`,
      doInstead: `write a MetricSource ${profile} with newRelic: {accountId: …, apiKeyRef: …}`,
    })
    const written = filledText(reading.at('query').text() ?? '', scene)
    const query = written
      .replace(/\s+(SINCE|UNTIL)\s+('[^']*'|\d+(\s+\w+\s+AGO)?|[\w-]+(\s+[\w-]+)?\s+AGO|NOW|TODAY|YESTERDAY)/gi, '')
      .replace(/\s+TIMESERIES(\s+(MAX|AUTO|\d+\s+\w+))?/gi, '')
    if (query !== written)
      reading.say({ severity: 'changed', what: 'SINCE, UNTIL and TIMESERIES are left out: Serin appends the interval', doInstead: '' })
    return { query, source: sourceToWrite(scene, profile) }
  },
}

const cloudWatch: Provider = {
  key: 'cloudWatch',
  shape: 'document',
  convert(reading, scene, path) {
    reading.at('interval').changed('Serin asks for one interval of the metric', 'write the length as interval of the metric')
    const queries = reading.at('metricDataQueries').items().map(cloudWatchQuery)
    if (path.length > 0 && (path[1] !== 'Values' || path.length > 3))
      throw new Unconvertible('the condition looks at something else than the values of CloudWatch', 'look at result[0].Values[0]')
    reading.say({
      severity: 'todo',
      what: 'region and keys of AWS are those of the controller',
      doInstead: 'write a MetricSource cloudwatch with cloudWatch: {region: …, accessKeyIdRef: …, secretAccessKeyRef: …}',
    })
    return { query: filledText(JSON.stringify(queries), scene), source: sourceToWrite(scene, 'cloudwatch') }
  },
}

/** One of the queries, in the words of AWS. */
function cloudWatchQuery(reading: Parameters<Provider['convert']>[0]): Record<string, unknown> {
  const stat = reading.at('metricStat')
  const metric = stat.at('metric')
  const seconds = (one: typeof reading) => {
    const text = one.scalar()
    if (text === undefined) return undefined
    return /^\d+$/.test(text) ? Number(text) : secondsOf(text)
  }
  const dimensions = metric
    .at('dimensions')
    .items()
    .map((one) => ({ Name: one.at('name').text(), Value: one.at('value').text() }))
  const metricStat = {
    Metric: { Namespace: metric.at('namespace').text(), MetricName: metric.at('metricName').text(), Dimensions: dimensions },
    Period: seconds(stat.at('period')),
    Stat: stat.at('stat').text(),
    Unit: stat.at('unit').text(),
  }
  return {
    Id: reading.at('id').text(),
    Expression: reading.at('expression').text(),
    Label: reading.at('label').text(),
    Period: seconds(reading.at('period')),
    ReturnData: reading.at('returnData').flag(),
    ...(stat.value === undefined ? {} : { MetricStat: metricStat }),
  }
}

const graphite: Provider = {
  key: 'graphite',
  shape: 'numbers',
  convert(reading, scene) {
    const query = filledText(reading.at('query').text() ?? '', scene)
    const address = literalText(reading.at('address').text() ?? '', scene)
    return { query, source: sourceFor(scene, `graphite-${hostOf(address)}`, { graphite: { url: address } }) }
  },
}

const influxdb: Provider = {
  key: 'influxdb',
  shape: 'numbers',
  convert(reading, scene) {
    const profile = reading.at('profile').text() ?? 'influxdb'
    const query = filledText(reading.at('query').text() ?? '', scene)
    reading.say({
      severity: 'todo',
      what: `address, organisation and token are in Secret ${profile}`,
      doInstead: `write a MetricSource ${profile} with influxdb: {url: …, org: …, tokenRef: …}`,
    })
    if (!query.includes('v.timeRangeStart'))
      reading.say({
        severity: 'todo',
        what: 'the query names its own range of time',
        doInstead: 'write range(start: v.timeRangeStart, stop: v.timeRangeStop)',
      })
    return { query, source: sourceToWrite(scene, profile) }
  },
}

/** Providers that give a number. Jobs are converted in metric.ts. */
export const providers: readonly Provider[] = [prometheus, web, datadog, newRelic, cloudWatch, graphite, influxdb]

/** Providers that Serin has no source for, and what to do. */
export const without: Readonly<Record<string, string>> = {
  kayenta: 'write the metrics into the template with judge: {kind: kayenta, kayenta: {config: …}}: Serin judges by itself',
  wavefront: 'ask by another source: prometheus, datadog, newRelic, cloudWatch, graphite, influxdb, dynatrace, cloudMonitoring or web',
  skywalking: 'ask by a source of kind web, or by another source',
  plugin: 'ask by a source of kind web, or write a Job',
}

function hostOf(address: string): string {
  return /^[a-z]+:\/\/(?:[^/@]*@)?([^/?#]*)/i.exec(address)?.[1] ?? address
}
