import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Bench, bench, type Route } from './bench.ts'
import { api, type Browser, browser } from './browser.ts'
import { type PersonName, people, tokenOf } from './people.ts'
import { addressOf, bodyOf, isEndless, isOurs, isWrite } from './table.ts'
import { putRelease } from './world.ts'

/** Answers of routes for anyone to somebody without a session. All else is refused. */
const openTo = [
  '/api/v1/login',
  '/api/v1/login/token',
  '/api/v1/login/demo',
  '/api/v1/login/oidc',
  '/api/v1/login/oidc/callback',
  '/api/v1/login/kubeconfig',
]
let b: Bench
const pages = new Map<PersonName, Browser>()

beforeAll(async () => {
  b = await bench({ login: { demo: { people: [{ name: 'anna', token: tokenOf('approver') }] } } })
  putRelease(b.sandbox)
  for (const name of Object.keys(people) as PersonName[]) {
    const page = browser(b.app)
    await page.post(api('login/token'), { token: tokenOf(name) })
    pages.set(name, page)
  }
})
afterAll(() => b.stop())

/** Method and address of every route, from the tree that the server prints. */
function printed({ app }: Bench): string[] {
  const found: string[] = []
  const stack: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? []
    if (part === '') continue
    stack.splice(indent.length / 4, Number.POSITIVE_INFINITY, part)
    for (const method of methods.split(', ')) if (method !== '') found.push(`${method} ${stack.join('')}`)
  }
  return found
}

/** Those of the API; a new one is in this table without anybody's doing. */
const ours = () => b.routes.filter(isOurs)

const told = ({ method, url }: Route) => `${method} ${url}`

test('every route says who may use it, and is known to this test', () => {
  expect(ours().length).toBeGreaterThan(8)
  expect(
    ours()
      .filter(({ access }) => access === undefined)
      .map(told),
  ).toEqual([])
  for (const route of ours()) addressOf(route)
  const known = b.routes.map(told)
  expect(printed(b).filter((route) => route.includes(' /api/') && !known.includes(route))).toEqual([])
  expect(printed(b)).toContain('GET /api/v1/session')
})

test('for anyone are the routes of the login, and no others', () => {
  expect(
    [
      ...new Set(
        ours()
          .filter(({ access }) => access === 'anyone')
          .map(({ url }) => url),
      ),
    ].sort(),
  ).toEqual([...openTo].sort())
})

test('nobody gets anything but how to log in', async () => {
  for (const route of ours()) {
    const { status, json } = await browser(b.app).send(route.method, addressOf(route), bodyOf(route))
    if (route.access === 'anyone') expect([told(route), status]).toEqual([told(route), expect.not.toBeOneOf([500])])
    else expect([told(route), status, json?.code]).toEqual([told(route), 401, 'SERIN-401-LOGIN'])
  }
})

test('a cookie, a token and headers that are made up are nobody too', async () => {
  for (const route of ours().filter(({ access }) => access !== 'anyone'))
    for (const headers of [
      { cookie: '__Host-serin=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA' },
      { 'x-forwarded-user': 'anna', 'x-forwarded-groups': 'system:masters' },
      { 'impersonate-user': 'admin', 'impersonate-group': 'system:masters' },
      { 'x-remote-user': 'admin', 'x-remote-group': 'system:masters' },
    ] as Record<string, string>[])
      expect([told(route), (await browser(b.app).send(route.method, addressOf(route), { ...bodyOf(route), headers })).status]).toEqual([
        told(route),
        401,
      ])
})

test('a write needs the token of the session, whoever sends it', async () => {
  const writes = ours().filter((route) => isWrite(route) && route.access !== 'anyone')
  expect(writes.length).toBeGreaterThan(0)
  for (const route of writes)
    for (const sent of [{ csrf: '' }, { csrf: 'x'.repeat(43) }, { headers: { origin: 'https://evil.example' } }]) {
      const { status, json } = await (pages.get('editor') as Browser).send(route.method, addressOf(route), { ...bodyOf(route), ...sent })
      expect([told(route), status, json.code]).toEqual([told(route), 403, 'SERIN-403-CSRF'])
    }
})

describe.each(['stranger', 'neighbour'] as const)('%s', (name) => {
  test('is refused what needs a right in a namespace that is not his, and told which', async () => {
    const guarded = ours().filter(({ access, url }) => typeof access === 'object' && url.includes(':namespace'))
    for (const route of guarded) {
      const { status, json } = await (pages.get(name) as Browser).send(route.method, addressOf(route), bodyOf(route))
      const { verb, resource } = route.access as { verb: string; resource: string }
      expect([told(route), status, json.code, json.missing]).toEqual([
        told(route),
        403,
        'SERIN-403-VERB',
        expect.objectContaining({ verb, namespace: 'shop', resource: expect.stringMatching(new RegExp(`^${resource}(\\.|$)`)) }),
      ])
    }
  })
  test('sees nothing of the namespace by the routes that filter', async () => {
    const filtering = ours().filter((route) => route.access === 'person' && !isWrite(route) && !isEndless(route))
    for (const route of filtering) {
      const { status, text } = await (pages.get(name) as Browser).get(addressOf(route))
      expect([told(route), status < 500 || status === 503]).toEqual([told(route), true])
      if (status === 200) expect(text).not.toContain('"namespace":"shop"')
    }
  })
})

describe.each(['viewer', 'approver', 'editor'] as const)('%s', (name) => {
  test('gets past the right to look in his namespace', async () => {
    const looking = ours().filter(
      ({ access, url, method }) =>
        typeof access === 'object' && ['get', 'list'].includes(access.verb) && method === 'GET' && url.includes(':namespace'),
    )
    for (const route of looking) {
      const { status, json } = await (pages.get(name) as Browser).get(addressOf(route))
      expect([told(route), status !== 403, json?.code !== 'SERIN-500-BUG']).toEqual([told(route), true, true])
    }
  })
})

test('whoever only looks creates nothing', async () => {
  const writes = ours().filter((route) => isWrite(route) && route.access !== 'anyone' && !route.url.endsWith('/logout'))
  for (const route of writes) await (pages.get('viewer') as Browser).send(route.method, addressOf(route), bodyOf(route))
  for (const plural of ['rolloutcommands', 'analysisruns']) {
    const created = b.asked.filter(({ request: { method, path } }) => method === 'POST' && path.includes(`/${plural}`))
    expect(created.filter(({ by }) => by === 'the server')).toEqual([])
  }
})
