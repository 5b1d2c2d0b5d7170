import { z } from 'zod'
import { amountIn, bucketsOf, check, type Happening, podsIn, type VendorServer, vendorServer } from './vendorServer.ts'

export const newRelicKey = 'NRAK-0123456789ABCDEFGHIJ'

const Body = z.object({ query: z.string(), variables: z.object({ account: z.literal(42), nrql: z.string() }) })

/** Answers NRQL in NerdGraph like New Relic, for queries that end in what is appended: buckets begin at SINCE, empty ones give 0, at most 366. */
export function newRelicServer(happenings: readonly Happening[]): Promise<VendorServer> {
  return vendorServer(({ method, path, headers, body }) => {
    check(method === 'POST' && path === '/graphql', `${method} ${path}`)
    check(headers['api-key'] === newRelicKey && headers['content-type'] === 'application/json', 'wrong headers')
    const { query, variables } = Body.parse(JSON.parse(body))
    check(/\$account: Int!/.test(query) && /\$nrql: Nrql!/.test(query) && /account\(id: \$account\)/.test(query), `document ${query}`)
    const parts = /^SELECT .+? FROM \w+.*?( FACET pod)?(?: TIMESERIES (\d+) seconds)? SINCE (\d{13}) UNTIL (\d{13})$/.exec(variables.nrql)
    check(parts !== null, `NRQL ${variables.nrql}`)
    const [facet, seconds, since, until] = [parts[1] !== undefined, Number(parts[2] ?? 0), Number(parts[3]), Number(parts[4])]
    check(since < until, 'no time asked for')
    check(seconds === 0 || (until - since) / (seconds * 1000) <= 366, 'more than 366 buckets')
    const groups = facet ? podsIn(happenings.filter(({ at }) => at >= since && at < until)) : ['all']
    const all = facet ? happenings : happenings.map((one) => ({ ...one, pod: 'all' }))
    const results = groups.flatMap((pod) => {
      const named = facet ? { facet: pod, pod } : {}
      if (seconds === 0) return [{ ...named, 'sum.errors': amountIn(all, pod, since, until) ?? 0 }]
      return bucketsOf(all, pod, since, until, seconds * 1000).map(([begin, amount]) => ({
        beginTimeSeconds: begin / 1000,
        endTimeSeconds: begin / 1000 + seconds,
        ...named,
        'sum.errors': amount ?? 0,
      }))
    })
    return { body: JSON.stringify({ data: { actor: { account: { nrql: { results, metadata: { facets: facet ? ['pod'] : null } } } } } }) }
  })
}
