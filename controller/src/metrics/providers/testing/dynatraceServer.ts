import { amountIn, bucketsOf, check, type Happening, numberIn, podsIn, type VendorServer, vendorServer } from './vendorServer.ts'

export const dynatraceToken = 'dt0c01.ABCDEFGHIJ.0123456789'

/** Answers metrics/query like Dynatrace: slots of whole minutes named by their end, null where nothing was, one series a page. */
export function dynatraceServer(happenings: readonly Happening[]): Promise<VendorServer> {
  const cursors: { from: number; to: number; resolution: string }[] = []
  return vendorServer(({ method, path, params, headers }) => {
    check(method === 'GET' && path === '/e/env/api/v2/metrics/query', `${method} ${path}`)
    check(headers.authorization === `Api-Token ${dynatraceToken}`, 'wrong token')
    const key = params.get('nextPageKey')
    check(key === null || [...params.keys()].length === 1, 'nextPageKey with other parameters')
    const [cursor, page] = key === null ? [cursors.length, 0] : (key.split('.').map(Number) as [number, number])
    if (key === null) {
      check((params.get('metricSelector') ?? '').startsWith('app.errors'), 'no metricSelector')
      const [from, to, resolution] = [numberIn(params, 'from'), numberIn(params, 'to'), params.get('resolution') ?? '']
      check(from < to && to > 1e12, `time from ${from} to ${to}`)
      check(/^(\d+m|Inf)$/.test(resolution), `resolution ${resolution}`)
      cursors.push({ from, to, resolution })
    }
    const asked = cursors[cursor]
    check(asked !== undefined, `nextPageKey ${key}`)
    const { from, to, resolution } = asked
    const pods = podsIn(happenings)
    const within = happenings.filter(({ at }) => at >= from && at < to)
    const pod = pods[page]
    const slot = 60_000 * Number(resolution.replace(/\D/g, '') || 0)
    const slots: [number, number | undefined][] =
      pod === undefined
        ? []
        : slot === 0
          ? [[to, amountIn(happenings, pod, from, to)]]
          : bucketsOf(within, pod, Math.floor(from / slot) * slot, Math.ceil(to / slot) * slot, slot).map(([begin, amount]) => [
              begin + slot,
              amount,
            ])
    const data =
      pod === undefined
        ? []
        : [
            {
              dimensions: [pod],
              dimensionMap: { 'k8s.pod.name': pod, remainder: null },
              timestamps: slots.map(([at]) => at),
              values: slots.map(([, amount]) => amount ?? null),
            },
          ]
    const body = {
      totalCount: pods.length,
      nextPageKey: page + 1 < pods.length ? `${cursor}.${page + 1}` : null,
      resolution,
      result: [{ metricId: 'app.errors', dataPointCountRatio: 0.1, dimensionCountRatio: 0.1, data }],
    }
    return { body: JSON.stringify(body) }
  })
}
