import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { type Bench, type BenchOptions, bench } from './bench.ts'
import { api, type Browser, browser, type Sent } from './browser.ts'
import { people, tokenOf } from './people.ts'

let open: Bench[] = []
afterEach(async () => {
  await Promise.all(open.map((one) => one.stop()))
  open = []
})
async function given(options: BenchOptions = {}): Promise<Bench> {
  const made = await bench(options)
  open.push(made)
  return made
}
async function loggedIn({ app }: Bench, name: keyof typeof people = 'approver'): Promise<Browser> {
  const page = browser(app)
  const { status, text } = await page.post(api('login/token'), { token: tokenOf(name) })
  expect([status, text]).toEqual([200, expect.any(String)])
  return page
}
const key = () => randomBytes(32).toString('base64')

describe('a login by token', () => {
  test('makes the person known as the API server knows the token, and nothing tells the token', async () => {
    const b = await given()
    const page = await loggedIn(b)
    const { json } = await page.get(api('session'))
    expect(json).toMatchObject({ user: { name: 'anna', groups: ['approvers', 'system:authenticated'] }, method: 'token', readOnly: false })
    expect(json.csrf.length).toBeGreaterThan(30)
    const told = [...b.said, JSON.stringify(json), ...page.set].join('\n')
    expect(told).toContain('anna')
    expect(told).not.toContain(tokenOf('approver'))
  })
  test('keeps it in a cookie that no script, no other host and no plain connection sees', async () => {
    const page = await loggedIn(await given())
    expect(page.set).toHaveLength(1)
    expect(page.set[0]).toMatch(/^__Host-serin=/)
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(page.set[0]).toContain(attribute)
    expect(page.set[0]).not.toContain('Domain')
  })
  test('is refused for what the API server does not accept, and slowed down', async () => {
    const b = await given()
    const page = browser(b.app)
    for (let i = 0; i < 10; i++) expect((await page.post(api('login/token'), { token: `guess-${i}` })).json.code).toBe('SERIN-401-TOKEN')
    const slowed = await page.post(api('login/token'), { token: tokenOf('approver') })
    expect([slowed.json.code, slowed.headers['retry-after']]).toEqual(['SERIN-429-RATE', expect.stringMatching(/^\d+$/)])
    expect((await browser(b.app).post(api('login/token'), { token: tokenOf('approver') }, { remoteAddress: '10.0.0.9' })).status).toBe(200)
    b.pass(301)
    expect((await page.post(api('login/token'), { token: tokenOf('approver') })).status).toBe(200)
    expect(b.said.join('\n')).not.toContain('guess-')
  })
  test('refuses tokens that no header can carry without asking anybody', async () => {
    const b = await given()
    for (const token of ['a b', 'a\r\nimpersonate-user: admin', 'é', ' ']) {
      const { json, status } = await browser(b.app).post(api('login/token'), { token })
      expect([json.code, status]).toEqual(['SERIN-401-TOKEN', 401])
    }
    expect(b.asked.filter(({ by }) => by === 'nobody')).toEqual([])
  })
  test('is off where it is not set up', async () => {
    const { app } = await given({ login: { token: false } })
    expect((await browser(app).post(api('login/token'), { token: tokenOf('approver') })).json.code).toBe('SERIN-404-ROUTE')
    expect((await browser(app).get(api('login'))).json.methods).toEqual([])
  })
})

describe('a session', () => {
  test('ends after two idle hours, is prolonged by use, and ends after twelve hours in any case', async () => {
    const b = await given()
    const page = await loggedIn(b)
    for (let hours = 1.5; hours < 12; hours += 1.5) {
      b.pass(5_400)
      expect((await page.get(api('session'))).status).toBe(200)
    }
    b.pass(5_400)
    expect((await page.get(api('session'))).json.code).toBe('SERIN-401-LOGIN')
    expect(page.cookies.size).toBe(0)
    const idle = await loggedIn(b)
    b.pass(7_201)
    expect((await idle.get(api('session'))).status).toBe(401)
  })
  test('says when it ends, and ends with the token', async () => {
    const b = await given()
    b.sandbox.api.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'shop' } } as never)
    const account = await b.sandbox.handle({
      method: 'POST',
      path: '/api/v1/namespaces/shop/serviceaccounts/robot/token',
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } }),
    })
    let text = ''
    for await (const piece of account.body) text += new TextDecoder().decode(piece)
    const { token } = JSON.parse(text).status
    const page = browser(b.app)
    const { json } = await page.post(api('login/token'), { token })
    expect(json.user.name).toBe('system:serviceaccount:shop:robot')
    expect(Math.abs(Date.parse(json.expiresAt) - Date.now() - 600_000)).toBeLessThan(10_000)
    b.pass(601)
    expect((await page.get(api('session'))).status).toBe(401)
  })
  test('is over after the logout, also for who kept the cookie', async () => {
    const b = await given()
    const page = await loggedIn(b)
    const kept = new Map(page.cookies)
    expect((await page.post(api('logout'))).json).toEqual({})
    expect(page.cookies.size).toBe(0)
    expect((await page.get(api('session'))).status).toBe(401)
    for (const [name, value] of kept) page.cookies.set(name, value)
    expect((await page.get(api('session'))).status).toBe(401)
  })
  test('is a new one at each login', async () => {
    const b = await given()
    const page = await loggedIn(b)
    const first = (await page.get(api('session'))).json.csrf
    await page.post(api('login/token'), { token: tokenOf('viewer') })
    const { json } = await page.get(api('session'))
    expect(json.user.name).toBe('vera')
    expect(json.csrf).not.toBe(first)
  })
  test('is known to every server with one of the keys, and to no other', async () => {
    const [old, fresh] = [key(), key()]
    const before = await given({ login: { sessionKeys: [old] } })
    const page = await loggedIn(before)
    const csrf = (await page.get(api('session'))).json.csrf
    const carriedTo = async (b: Bench) => {
      const other = browser(b.app)
      for (const [name, value] of page.cookies) other.cookies.set(name, value)
      return other
    }
    const rotated = await carriedTo(await given({ login: { sessionKeys: [fresh, old] } }))
    // The page still holds the token that the old key made.
    expect((await rotated.post(api('logout'), {}, { csrf })).status).toBe(200)
    expect((await (await carriedTo(await given({ login: { sessionKeys: [fresh] } }))).get(api('session'))).status).toBe(401)
    expect((await (await carriedTo(await given())).get(api('session'))).status).toBe(401)
  })
  test('with a long token takes several cookies, which go together; one too long is refused', async () => {
    const token = 'x'.repeat(6_000)
    const known = people.approver
    const swapping: BenchOptions['bare'] = (transport) => ({
      ...transport,
      send: (request) => transport.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${tokenOf('approver')}` } }),
    })
    const b = await given({ bare: swapping })
    const page = browser(b.app)
    expect((await page.post(api('login/token'), { token })).json.user.name).toBe(known.username)
    expect([...page.cookies.keys()]).toEqual(['__Host-serin', '__Host-serin.1', '__Host-serin.2'])
    expect((await page.get(api('session'))).status).toBe(200)
    page.cookies.set('__Host-serin.1', 'x'.repeat(3_800))
    expect((await page.get(api('session'))).status).toBe(401)
    expect([...page.cookies.keys()]).toEqual([])
    await page.post(api('login/token'), { token })
    await page.post(api('login/token'), { token: 'short' })
    expect([...page.cookies.keys()]).toEqual(['__Host-serin'])
    expect((await page.post(api('login/token'), { token: 'x'.repeat(10_000) })).json.code).toBe('SERIN-413-SIZE')
  })
  test('cannot be made by anybody: a changed, a foreign and an empty cookie are nobody', async () => {
    const b = await given()
    const page = await loggedIn(b)
    const cookie = page.cookies.get('__Host-serin') ?? ''
    for (const value of ['', 'x', `${cookie.slice(0, -2)}AA`, cookie.replace(/^[^.]+/, 'eyJhbGciOiJub25lIn0')]) {
      page.cookies.set('__Host-serin', value)
      expect((await page.get(api('session'))).status).toBe(401)
    }
  })
})

describe('what changes something', () => {
  test('needs the token of the session, and to come from the page', async () => {
    const b = await given()
    const page = await loggedIn(b)
    const other = await loggedIn(b, 'viewer')
    const foreign = (await other.get(api('session'))).json.csrf
    const wrong: Sent[] = [
      { csrf: '' },
      { csrf: 'x' },
      { csrf: foreign },
      { headers: { origin: 'https://evil.example' } },
      { headers: { origin: 'null' } },
      { headers: { 'sec-fetch-site': 'cross-site' } },
      { headers: { 'sec-fetch-site': 'same-site' } },
    ]
    for (const sent of wrong) expect((await page.post(api('logout'), {}, sent)).json.code).toBe('SERIN-403-CSRF')
    expect((await page.get(api('session'))).status).toBe(200)
    expect((await page.post(api('logout'))).status).toBe(200)
  })
  test('includes logging in: no page elsewhere logs somebody in', async () => {
    const { app } = await given()
    const page = browser(app)
    const body = { token: tokenOf('viewer') }
    const foreign: Record<string, string>[] = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]
    for (const headers of foreign) expect((await page.post(api('login/token'), body, { headers })).json.code).toBe('SERIN-403-CSRF')
    // A form of elsewhere cannot send JSON.
    const form = await page.post(api('login/token'), body, { headers: { 'content-type': 'text/plain' } })
    expect(form.json.code).toBe('SERIN-415-TYPE')
    expect(page.cookies.size).toBe(0)
  })
})

describe('a program', () => {
  test('sends its token with each request, and needs no session', async () => {
    const b = await given()
    const headers = { authorization: `Bearer ${tokenOf('viewer')}` }
    const program = browser(b.app)
    expect((await program.get(api('session'), { headers })).json.user.name).toBe('vera')
    expect((await program.post(api('logout'), {}, { headers: { ...headers, 'sec-fetch-site': 'cross-site' } })).status).toBe(200)
    expect(program.cookies.size).toBe(0)
    expect((await program.get(api('session'), { headers: { authorization: 'Bearer nobody' } })).json.code).toBe('SERIN-401-TOKEN')
    expect((await program.get(api('session'), { headers: { authorization: 'Basic eDp5' } })).json.code).toBe('SERIN-401-LOGIN')
  })
  test('asks the API server whose token it is once in ten seconds', async () => {
    const b = await given()
    const headers = { authorization: `Bearer ${tokenOf('viewer')}` }
    const reviews = () => b.asked.filter(({ request }) => request.path.endsWith('/selfsubjectreviews')).length
    await Promise.all(Array.from({ length: 20 }, () => browser(b.app).get(api('session'), { headers })))
    expect(reviews()).toBe(1)
    b.pass(11)
    await browser(b.app).get(api('session'), { headers })
    expect(reviews()).toBe(2)
  })
})
