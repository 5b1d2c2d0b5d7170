import { createHash, createHmac } from 'node:crypto'
import { z } from 'zod'
import { bucketsOf, check, type Happening, podsIn, type Received, type VendorServer, vendorServer } from './vendorServer.ts'

export const cloudWatchKeys = { id: 'AKIDEXAMPLE2F9', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', session: 'session-token-EXAMPLE' }
const region = 'eu-central-1'

const Body = z.object({
  MetricDataQueries: z.array(
    z.object({
      Id: z.string().regex(/^[a-z]\w*$/),
      Expression: z.string().optional(),
      Period: z.int().optional(),
      MetricStat: z.object({ Metric: z.unknown(), Period: z.int(), Stat: z.string() }).optional(),
      ReturnData: z.boolean().optional(),
      Label: z.string().optional(),
    }),
  ),
  StartTime: z.int(),
  EndTime: z.int(),
  ScanBy: z.literal('TimestampAscending'),
  NextToken: z.string().optional(),
})

const perPage = 2

/**
 * Answers GetMetricData like CloudWatch: checks the signature, buckets begin at StartTime, what is missing is left out, and only two points a series
 * are on a page. An expression gives a series a pod, a MetricStat one of all.
 */
export function cloudWatchServer(happenings: readonly Happening[]): Promise<VendorServer> {
  return vendorServer((request) => {
    check(request.method === 'POST' && request.path === '/', `${request.method} ${request.path}`)
    check(request.headers['x-amz-target'] === 'GraniteServiceVersion20100801.GetMetricData', 'wrong target')
    check(request.headers['content-type'] === 'application/x-amz-json-1.0', 'wrong content type')
    checkSignature(request)
    const body = Body.parse(JSON.parse(request.body))
    check(body.StartTime < body.EndTime, 'no time asked for')
    const page = Number(body.NextToken?.replace('page-', '') ?? 0)
    let more = false
    const results = body.MetricDataQueries.filter((query) => query.ReturnData !== false).flatMap((query) => {
      const period = query.MetricStat?.Period ?? query.Period ?? 0
      check(period % 60 === 0 || [1, 5, 10, 20, 30].includes(period), `period ${period}`)
      check(period > 0 && body.StartTime % Math.min(period, 60) === 0, `StartTime ${body.StartTime} would be rounded`)
      const groups = query.Expression ? podsIn(happenings) : ['all']
      return groups.flatMap((group) => {
        const one = group === 'all' ? happenings.map((happening) => ({ ...happening, pod: 'all' })) : happenings
        const points = bucketsOf(one, group, body.StartTime * 1000, body.EndTime * 1000, period * 1000).filter(
          ([, amount]) => amount !== undefined,
        )
        if (points.length === 0) return []
        const shown = points.slice(page * perPage, (page + 1) * perPage)
        const rest = points.length > (page + 1) * perPage
        more ||= rest
        return [
          {
            Id: query.Id,
            Label: query.Label ?? group,
            Timestamps: shown.map(([at]) => at / 1000),
            Values: shown.map(([, amount]) => amount),
            StatusCode: rest ? 'PartialData' : 'Complete',
          },
        ]
      })
    })
    return {
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: JSON.stringify({ MetricDataResults: results, Messages: [], ...(more ? { NextToken: `page-${page + 1}` } : {}) }),
    }
  })
}

/** Works out the signature anew from what arrived. */
function checkSignature({ method, path, headers, body }: Received): void {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  check(parts !== null, `authorization ${headers.authorization}`)
  const [, id, day = '', inRegion = '', service = '', names = '', signature] = parts
  check(id === cloudWatchKeys.id && inRegion === region && service === 'monitoring', `credential of ${id} ${inRegion} ${service}`)
  check(headers['x-amz-security-token'] === cloudWatchKeys.session, 'no session token')
  const signed = names.split(';')
  for (const name of ['host', 'x-amz-date', 'x-amz-target', 'x-amz-security-token']) check(signed.includes(name), `${name} is not signed`)
  const canonical = [method, path, '', ...signed.map((name) => `${name}:${headers[name]}`), '', names, sha256(body)].join('\n')
  const scope = `${day}/${inRegion}/${service}/aws4_request`
  let key: string | Buffer = `AWS4${cloudWatchKeys.secret}`
  for (const part of [day, inRegion, service, 'aws4_request']) key = hmac(key, part)
  const expected = hmac(key, ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')).toString('hex')
  check(expected === signature, 'the signature does not match')
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
