import { bucketsOf, check, type Happening, numberIn, podsIn, type VendorServer, vendorServer } from './vendorServer.ts'

export const datadogKeys = { api: 'dd-api-key-5d41402abc', app: 'dd-app-key-7d793037a0' }

/** Answers the v1 time series query like Datadog: buckets at multiples of the rollup, named by their begin, null where nothing was. */
export function datadogServer(happenings: readonly Happening[]): Promise<VendorServer> {
  return vendorServer(({ method, path, params, headers }) => {
    check(method === 'GET' && path === '/api/v1/query', `${method} ${path}`)
    check(headers['dd-api-key'] === datadogKeys.api && headers['dd-application-key'] === datadogKeys.app, 'wrong keys')
    const [from, to] = [numberIn(params, 'from'), numberIn(params, 'to')]
    check(from < to && to > 1e9 && to < 1e10, `time from ${from} to ${to}`)
    const query = params.get('query') ?? ''
    check(/^[a-z]+:[\w.]+\{[^}]*\}/.test(query), `query ${query}`)
    const seconds = Number(/\.rollup\(sum, (\d+)\)/.exec(query)?.[1] ?? 20)
    const begin = Math.floor(from / seconds) * seconds
    const within = happenings.filter(({ at }) => at >= from * 1000 && at < (to + 1) * 1000)
    const pods = podsIn(happenings).map((pod) => {
      const pointlist = bucketsOf(within, pod, begin * 1000, (to + 1) * 1000, seconds * 1000).map(([at, amount]) => [at, amount ?? null])
      return { pod, pointlist, some: pointlist.some(([, amount]) => amount !== null) }
    })
    const series = pods
      .filter(({ some }) => some)
      .map(({ pod, pointlist }) => ({
        metric: 'web.errors',
        display_name: 'web.errors',
        tag_set: [`pod_name:${pod}`, 'image:registry/web:2'],
        scope: `image:registry/web:2,pod_name:${pod}`,
        interval: seconds,
        length: pointlist.length,
        start: begin * 1000,
        end: (to + 1) * 1000 - 1,
        aggr: 'sum',
        expression: query,
        unit: null,
        pointlist,
      }))
    return {
      body: JSON.stringify({
        status: 'ok',
        res_type: 'time_series',
        from_date: from * 1000,
        to_date: to * 1000,
        series,
        query,
        message: '',
        group_by: ['pod_name'],
      }),
    }
  })
}
