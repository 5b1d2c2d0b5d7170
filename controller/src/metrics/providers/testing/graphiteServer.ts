import { amountIn, check, type Happening, numberIn, podsIn, type VendorServer, vendorServer } from './vendorServer.ts'

// How it stores: a point for each so many seconds, named by their begin.
const stored = 10

/** Answers the render API like Graphite: the window begins after `from`, buckets of summarize begin at the first stored point in it. */
export function graphiteServer(happenings: readonly Happening[]): Promise<VendorServer> {
  return vendorServer(({ method, path, params }) => {
    check(method === 'GET' && path === '/render', `${method} ${path}`)
    check(params.get('format') === 'json', 'no format=json')
    const [from, until, target] = [numberIn(params, 'from'), numberIn(params, 'until'), params.get('target') ?? '']
    check(from < until && until < 1e10, `time from ${from} until ${until}`)
    const first = Math.floor(from / stored) * stored + stored
    const end = Math.floor(until / stored) * stored + stored
    const summed = /^summarize\((.*),\s?["'](\d+)s["'],\s?["']sum["'],\s?true\)$/.exec(target)
    const length = summed ? Number(summed[2]) : stored
    const series = podsIn(happenings).map((pod) => {
      const datapoints: [number | null, number][] = []
      for (let at = first; at < end; at += length) {
        datapoints.push([amountIn(happenings, pod, at * 1000, Math.min(at + length, end) * 1000) ?? null, at])
      }
      const name = `app.${pod}.errors`
      const summary = summed ? { summarize: `${length}s`, summarizeFunction: 'sum' } : {}
      return { target: summed ? `summarize(${name}, "${length}s", "sum", true)` : name, tags: { name, ...summary }, datapoints }
    })
    return { body: JSON.stringify(series) }
  })
}
