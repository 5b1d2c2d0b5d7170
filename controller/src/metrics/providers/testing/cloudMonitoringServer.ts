import { createVerify, generateKeyPairSync } from 'node:crypto'
import { z } from 'zod'
import { amountIn, check, type Happening, podsIn, type Received, type VendorServer, vendorServer } from './vendorServer.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const email = 'serin@shop.iam.example'

/** The JSON key of its service account. */
export const serviceAccountKey = (url: string) =>
  JSON.stringify({
    type: 'service_account',
    client_email: email,
    private_key_id: 'key-1',
    private_key: privatePem,
    token_uri: `${url}/token`,
  })

const Header = z.object({ alg: z.literal('RS256'), typ: z.literal('JWT'), kid: z.literal('key-1') })
const Claims = z.object({
  iss: z.literal(email),
  scope: z.literal('https://www.googleapis.com/auth/monitoring.read'),
  aud: z.string().endsWith('/token'),
  iat: z.int(),
  exp: z.int(),
})

export interface MonitoringServer extends VendorServer {
  /** How many tokens were given; the tokens themselves are "token-1" and so on, padded. */
  tokens(): number
  /** No token given so far is taken any more. */
  revoke(): void
}

export const tokenNumber = (number: number) => `ya29.token-${number}`

/**
 * Answers timeSeries.list like Cloud Monitoring: a token for a signed assertion, alignment periods that end at interval.endTime (or at multiples of
 * their length, since a client should not depend on it), newest points first,
 * numbers of 64 bits as text, one series a page.
 */
export async function cloudMonitoringServer(
  happenings: readonly Happening[],
  alignedAt: 'end' | 'multiples' = 'end',
): Promise<MonitoringServer> {
  let given = 0
  let revoked = 0
  const server = await vendorServer((request) => {
    if (request.path === '/token') {
      checkAssertion(request)
      return { body: JSON.stringify({ access_token: tokenNumber(++given), expires_in: 3599, token_type: 'Bearer' }) }
    }
    const { method, path, params, headers } = request
    check(method === 'GET' && path === '/v3/projects/shop/timeSeries', `${method} ${path}`)
    const token = Number(/^Bearer ya29\.token-(\d+)$/.exec(headers.authorization ?? '')?.[1])
    check(token >= 1 && token <= given, `authorization ${headers.authorization}`)
    if (token <= revoked)
      return { status: 401, body: JSON.stringify({ error: { code: 401, message: 'Request had invalid credentials.' } }) }
    const [start, end] = ['interval.startTime', 'interval.endTime'].map((name) => Date.parse(params.get(name) ?? ''))
    check(start !== undefined && end !== undefined && start < end, 'no time asked for')
    const period = Number(/^(\d+)s$/.exec(params.get('aggregation.alignmentPeriod') ?? '')?.[1])
    check(period >= 60, `alignmentPeriod ${period}`)
    check(/^ALIGN_/.test(params.get('aggregation.perSeriesAligner') ?? ''), 'no aligner')
    check((params.get('filter') ?? '').includes('metric.type'), 'no filter')
    const pods = podsIn(happenings)
    const page = Number(params.get('pageToken')?.replace('after-', '') ?? 0)
    const points = []
    const last = alignedAt === 'end' ? end : Math.ceil(end / (period * 1000)) * period * 1000
    for (let until = last; until > start; until -= period * 1000) {
      const from = Math.max(start, until - period * 1000)
      const amount = amountIn(happenings, pods[page] ?? '', from, Math.min(until, end))
      if (amount !== undefined) {
        points.push({
          interval: { startTime: new Date(from).toISOString(), endTime: new Date(until).toISOString() },
          value: { int64Value: String(amount) },
        })
      }
    }
    const metric = { type: 'custom.googleapis.com/errors', labels: { code: '500' } }
    const series = {
      metric,
      resource: { type: 'k8s_pod', labels: { pod_name: pods[page] } },
      metricKind: 'DELTA',
      valueType: 'INT64',
      points,
    }
    const next = page + 1 < pods.length ? { nextPageToken: `after-${page + 1}` } : {}
    return { body: JSON.stringify(points.length > 0 ? { timeSeries: [series], ...next, unit: '1' } : { unit: '1', ...next }) }
  }, '/token')
  return {
    ...server,
    tokens: () => given,
    revoke: () => {
      revoked = given
    },
  }
}

function checkAssertion({ method, headers, body }: Received): void {
  check(method === 'POST' && headers['content-type'] === 'application/x-www-form-urlencoded', 'not a form')
  const form = new URLSearchParams(body)
  check(form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer', `grant_type ${form.get('grant_type')}`)
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
  Header.parse(JSON.parse(Buffer.from(header, 'base64url').toString()))
  const { iat, exp } = Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString()))
  check(exp > iat && exp - iat <= 3600, 'an assertion lives for at most an hour')
  check(
    createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url'),
    'the assertion is not signed by the key',
  )
}
