import { afterEach, expect, test } from 'vitest'
import { virtualClock } from '../../kube/testing/virtualClock.ts'
import type { KubeObject } from '../../kube/types.ts'
import { addressPolicy } from '../addresses.ts'
import { openSources } from '../openSources.ts'
import { undiciTransport } from '../undiciTransport.ts'
import { cloudMonitoringServer, serviceAccountKey } from './testing/cloudMonitoringServer.ts'
import { cloudWatchKeys, cloudWatchServer } from './testing/cloudWatchServer.ts'
import { datadogKeys, datadogServer } from './testing/datadogServer.ts'
import { dynatraceServer, dynatraceToken } from './testing/dynatraceServer.ts'
import { graphiteServer } from './testing/graphiteServer.ts'
import { fluxServer, influxqlServer, influxToken } from './testing/influxServer.ts'
import { newRelicKey, newRelicServer } from './testing/newRelicServer.ts'
import { noon } from './testing/providerBehaviour.ts'
import type { Happening, VendorServer } from './testing/vendorServer.ts'

interface Vendor {
  readonly serve: (happenings: readonly Happening[]) => Promise<VendorServer>
  readonly spec: (url: string) => Record<string, unknown>
  readonly secrets: (url: string) => Record<string, string>
  readonly query: string
}

const ref = (key: string) => ({ name: 'keys', key })

const vendors: Readonly<Record<string, Vendor>> = {
  datadog: {
    serve: datadogServer,
    spec: (url) => ({ datadog: { url, apiKeyRef: ref('api'), appKeyRef: ref('app') } }),
    secrets: () => datadogKeys,
    query: 'sum:web.errors{*} by {pod_name}.as_count()',
  },
  cloudWatch: {
    serve: cloudWatchServer,
    spec: (url) => ({
      cloudWatch: {
        region: 'eu-central-1',
        url,
        accessKeyIdRef: ref('id'),
        secretAccessKeyRef: ref('secret'),
        sessionTokenRef: ref('session'),
      },
    }),
    secrets: () => cloudWatchKeys,
    query: 'SELECT SUM(Errors) FROM App GROUP BY pod',
  },
  newRelic: {
    serve: newRelicServer,
    spec: (url) => ({ newRelic: { accountId: 42, url: `${url}/graphql`, apiKeyRef: ref('key') } }),
    secrets: () => ({ key: newRelicKey }),
    query: 'SELECT sum(errors) FROM Metric FACET pod',
  },
  graphite: { serve: graphiteServer, spec: (url) => ({ graphite: { url } }), secrets: () => ({}), query: 'app.*.errors' },
  'influxdb by Flux': {
    serve: fluxServer,
    spec: (url) => ({ influxdb: { url, org: 'shop', tokenRef: ref('token') } }),
    secrets: () => ({ token: influxToken }),
    query: 'from(bucket: "a") |> range(start: v.timeRangeStart) |> aggregateWindow(every: v.windowPeriod, fn: sum)',
  },
  'influxdb by InfluxQL': {
    serve: influxqlServer,
    spec: (url) => ({ influxdb: { url, database: 'metrics', tokenRef: ref('token') } }),
    secrets: () => ({ token: influxToken }),
    query: 'SELECT sum(x) FROM a WHERE $timeFilter GROUP BY time($interval), pod',
  },
  dynatrace: {
    serve: dynatraceServer,
    spec: (url) => ({ dynatrace: { url: `${url}/e/env`, tokenRef: ref('token') } }),
    secrets: () => ({ token: dynatraceToken }),
    query: 'app.errors:splitBy("k8s.pod.name")',
  },
  cloudMonitoring: {
    serve: cloudMonitoringServer,
    spec: (url) => ({ cloudMonitoring: { project: 'shop', url, serviceAccountKeyRef: ref('json') } }),
    secrets: (url) => ({ json: serviceAccountKey(url) }),
    query: 'metric.type = "x"',
  },
}

let close: () => Promise<unknown> = async () => {}
afterEach(() => close())

test.each(Object.entries(vendors))('%s is asked over the real transport, as an object of the cluster says', async (_, vendor) => {
  const server = await vendor.serve([
    { at: noon - 30_000, pod: 'web-1', amount: 6 },
    { at: noon + 10_000, pod: 'web-1', amount: 2 },
  ])
  const clock = virtualClock(noon + 75_000)
  const transport = undiciTransport({ policy: addressPolicy(), clock })
  close = () => Promise.all([transport.close(), server.close()])
  const object: KubeObject = {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'ClusterMetricSource',
    metadata: { name: 'default', uid: 'u1' },
    spec: { ...vendor.spec(server.url), headers: [{ name: 'X-Team', value: 'shop' }] },
  }
  const data = Object.fromEntries(
    Object.entries(vendor.secrets(server.url)).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  )
  const sources = openSources({
    find: (kind) => (kind === 'ClusterMetricSource' ? object : undefined),
    secret: async (namespace, name) =>
      namespace === 'serin' && name === 'keys' ? { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data } : undefined,
    transport,
    clock,
    systemNamespace: 'serin',
  })
  const source = await sources.find(undefined, 'shop')
  if ('missing' in source) throw new Error(source.missing)
  expect([source.counters, source.arms]).toEqual(['delta', 'each'])
  const series = await source.range({ query: vendor.query, from: noon, to: noon + 60_000, step: 60_000 })
  expect(series.map(({ points }) => points)).toEqual([
    [
      [noon, 6],
      [noon + 60_000, 2],
    ],
  ])
  expect(server.complaints).toEqual([])
  expect(server.received.every(({ headers }) => headers['x-team'] === 'shop')).toBe(true)
})
