import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Transport } from '../../controller/src/kube/types.ts'
import { type Bench, type BenchOptions, bench } from './bench.ts'
import { type Answer, api, type Browser, browser } from './browser.ts'
import { clientSecret, type Issuer, startIssuer } from './issuer.ts'
import { tokenOf } from './people.ts'

let issuer: Issuer
let open: Bench[] = []
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.close())
afterEach(async () => {
  issuer.accounts.clear()
  await Promise.all(open.map((one) => one.stop()))
  open = []
})

const settings = () => ({ issuer: issuer.url, clientId: 'serin', clientSecret, usernameClaim: 'sub', usernamePrefix: '-' })

async function given(oidc: object = {}, more: BenchOptions = {}): Promise<Bench> {
  issuer.accounts.set('anna', { groups: ['approvers'], email: 'anna@example.org', email_verified: true })
  const made = await bench({ ...more, login: { oidc: { ...settings(), ...oidc }, ...more.login } })
  open.push(made)
  return made
}

/** Goes to the issuer and comes back; gives the answer to the way back. */
async function signIn(page: Browser, name = 'anna', returnTo?: string): Promise<{ back: URL; answer: Answer }> {
  const query = returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`
  const { location, status } = await page.get(api(`login/oidc${query}`))
  if (!location || status !== 303) throw new Error(`not sent to the issuer: ${status}`)
  const back = await issuer.signIn(location, name)
  return { back, answer: await page.get(back.pathname + back.search) }
}

const person = async (page: Browser) => (await page.get(api('session'))).json.user

test('a person logs in by code, PKCE, state and nonce, and comes back to where he was', async () => {
  const b = await given()
  const page = browser(b.app)
  const { location } = await page.get(api('login/oidc?returnTo=%2Freleases%2Fshop%2Fweb%3Ftab%3Dpods'))
  expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({
    response_type: 'code',
    client_id: 'serin',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
    redirect_uri: 'https://serin.example.org/api/v1/login/oidc/callback',
  })
  const { answer } = await signIn(page, 'anna', '/releases/shop/web?tab=pods')
  expect([answer.status, answer.headers.location]).toEqual([303, '/releases/shop/web?tab=pods'])
  expect(await person(page)).toEqual({ name: 'anna', groups: ['approvers'] })
  expect([...page.cookies.keys()]).toEqual(['__Host-serin'])
  expect(b.said.join('\n')).toContain('"user":"anna"')
})

test('no token, code or secret comes into a log or to the page', async () => {
  const b = await given()
  const page = browser(b.app)
  const { back } = await signIn(page)
  const told = [...b.said, (await page.get(api('session'))).text, (await page.get(api('login'))).text].join('\n')
  for (const secret of [back.searchParams.get('code') ?? '?', back.searchParams.get('state') ?? '?', clientSecret, 'eyJ'])
    expect(told).not.toContain(secret)
})

test('claims are read as the API server reads them', async () => {
  const b = await given({ usernameClaim: 'email', usernamePrefix: undefined, groupsPrefix: 'idp:', scopes: ['openid', 'email', 'groups'] })
  const page = browser(b.app)
  await signIn(page)
  expect(await person(page)).toEqual({ name: 'anna@example.org', groups: ['idp:approvers'] })
  issuer.accounts.set('eve', { email: 'anna@example.org', email_verified: false })
  const { answer } = await signIn(browser(b.app), 'eve')
  expect(answer.headers.location).toMatch(/login\?error=forbidden/)
  const prefixed = await given({ usernamePrefix: undefined })
  const other = browser(prefixed.app)
  await signIn(other)
  expect((await person(other)).name).toBe(`${issuer.url}#anna`)
})

test('a way back that somebody else began, or that nobody began, is refused', async () => {
  const b = await given()
  const { back } = await signIn(browser(b.app))
  const victim = browser(b.app)
  expect((await victim.get(back.pathname + back.search)).headers.location).toMatch(/login\?error=expired$/)
  await victim.get(api('login/oidc'))
  expect((await victim.get(back.pathname + back.search)).headers.location).toMatch(/login\?error=refused/)
  expect((await victim.get(api('session'))).status).toBe(401)
})

test('a wrong state, a code of another login, and an error of the issuer are refused', async () => {
  const b = await given()
  const changed = async (change: (back: URL) => void) => {
    const page = browser(b.app)
    const { location } = await page.get(api('login/oidc'))
    const back = await issuer.signIn(location as URL, 'anna')
    change(back)
    const { headers } = await page.get(back.pathname + back.search)
    expect((await page.get(api('session'))).status).toBe(401)
    return String(headers.location)
  }
  expect(await changed((back) => back.searchParams.set('state', 'x'.repeat(43)))).toMatch(/error=refused/)
  expect(await changed((back) => back.searchParams.set('code', 'x'.repeat(43)))).toMatch(/error=refused/)
  expect(await changed((back) => back.searchParams.delete('state'))).toMatch(/error=refused/)
  expect(await changed((back) => back.searchParams.set('iss', 'https://evil.example'))).toMatch(/error=refused/)
  expect(
    await changed((back) => {
      back.searchParams.delete('code')
      back.searchParams.set('error', 'access_denied')
      back.searchParams.set('error_description', '<script>alert(1)</script>')
    }),
  ).toMatch(/error=refused&request=[\w-]+$/)
  expect(b.said.join('\n')).toContain('access_denied')
  expect(b.said.join('\n')).not.toContain('script')
})

test('a nonce of another login is refused, even with the right state', async () => {
  const b = await given()
  const page = browser(b.app)
  const { location } = await page.get(api('login/oidc'))
  const swapped = new URL(location as URL)
  swapped.searchParams.set('nonce', 'n'.repeat(43))
  const back = await issuer.signIn(swapped, 'anna')
  expect((await page.get(back.pathname + back.search)).headers.location).toMatch(/error=refused/)
  expect((await page.get(api('session'))).status).toBe(401)
})

test('the way back is gone once: the same code again logs nobody in', async () => {
  const b = await given()
  const page = browser(b.app)
  const { location } = await page.get(api('login/oidc'))
  const flow = new Map(page.cookies)
  const back = await issuer.signIn(location as URL, 'anna')
  expect((await page.get(back.pathname + back.search)).headers.location).toBe('../../../../')
  const thief = browser(b.app)
  for (const [name, value] of flow) thief.cookies.set(name, value)
  expect((await thief.get(back.pathname + back.search)).headers.location).toMatch(/error=expired/)
  const late = browser(b.app)
  const begun = await late.get(api('login/oidc'))
  const later = await issuer.signIn(begun.location as URL, 'anna')
  b.pass(601)
  expect((await late.get(later.pathname + later.search)).headers.location).toMatch(/error=expired/)
})

test('nobody is sent to another server afterwards', async () => {
  const b = await given()
  for (const foreign of [
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '/.//evil.example',
    '/%0d%0aset-cookie:x',
    'javascript:alert(1)',
    '/\tx',
  ]) {
    const { answer } = await signIn(browser(b.app), 'anna', foreign)
    const to = new URL(String(answer.headers.location), 'https://serin.example.org/api/v1/login/oidc/callback')
    expect([foreign, to.origin]).toEqual([foreign, 'https://serin.example.org'])
    expect(to.pathname.startsWith('//')).toBe(false)
  }
})

test('users and groups of Kubernetes itself log in nowhere, and groups that are not configured do not count', async () => {
  const b = await given({}, { login: { impersonateUsers: ['anna', 'vera'], impersonateGroups: ['approvers'] } })
  issuer.accounts.set('anna', { groups: ['approvers', 'payroll'] })
  const page = browser(b.app)
  await signIn(page)
  expect((await person(page)).groups).toEqual(['approvers'])
  for (const [name, groups] of [
    ['anna', ['system:masters']],
    ['system:admin', []],
    ['zoe', []],
  ] as const) {
    issuer.accounts.set(name, { groups })
    const { answer } = await signIn(browser(b.app), name)
    expect([name, answer.headers.location]).toEqual([name, expect.stringMatching(/error=forbidden/)])
  }
})

test('a session lives as long as the issuer knows the person, and takes over what it says of him', async () => {
  const b = await given()
  const page = browser(b.app)
  await signIn(page)
  issuer.accounts.set('anna', { groups: ['editors'] })
  b.pass(890)
  expect((await person(page)).groups).toEqual(['approvers'])
  b.pass(20)
  // Side by side: the issuer takes a refresh token only once.
  const all = await Promise.all(Array.from({ length: 5 }, () => page.get(api('session'))))
  expect(all.map(({ json }) => json.user?.groups)).toEqual(all.map(() => ['editors']))
  b.pass(910)
  expect((await person(page)).groups).toEqual(['editors'])
  issuer.accounts.delete('anna')
  b.pass(910)
  expect((await page.get(api('session'))).json.code).toBe('SERIN-401-LOGIN')
  expect(page.cookies.size).toBe(0)
})

test("where the API server trusts the issuer, its token is the person's own", async () => {
  const keys = createRemoteJWKSet(new URL(`${issuer.url}/jwks`))
  /** The API server's part: an ID token of the issuer, for the client it trusts, is this user. */
  const trusting = (transport: Transport): Transport => ({
    ...transport,
    async send(request) {
      const token = String(request.headers?.authorization).replace('Bearer ', '')
      const { payload } = await jwtVerify(token, keys, { issuer: issuer.url, audience: 'serin' })
      expect(payload.sub).toBe('anna')
      return transport.send({ ...request, headers: { ...request.headers, authorization: `Bearer ${tokenOf('approver')}` } })
    },
  })
  const b = await given({ useToken: true }, { bare: trusting })
  const page = browser(b.app)
  await signIn(page)
  expect(await person(page)).toEqual({ name: 'anna', groups: ['approvers', 'system:authenticated'] })
  const { json } = await page.get(api('session'))
  expect(Math.abs(Date.parse(json.expiresAt) - Date.now() - 3_600_000)).toBeLessThan(20_000)
  const own = b.asked.filter(({ by }) => by === 'nobody').map(({ request }) => request.headers)
  expect(own.length).toBeGreaterThan(0)
  // Before the token ends, a new one is had.
  b.pass(3_560)
  expect((await page.get(api('session'))).status).toBe(200)
  const { json: out } = await page.post(api('logout'))
  const leave = new URL(out.next)
  expect(leave.origin).toBe(issuer.url)
  expect(leave.searchParams.get('post_logout_redirect_uri')).toBe('https://serin.example.org/')
  expect(leave.searchParams.get('client_id')).toBe('serin')
  expect(out.next).not.toContain('eyJ')
})

test('an issuer that is away, or is none, is said to be, and asked again', async () => {
  const b = await given({ issuer: 'http://127.0.0.1:9' })
  const { json } = await browser(b.app).get(api('login/oidc'))
  expect(json).toMatchObject({ status: 502, code: 'SERIN-502-ISSUER', detail: expect.stringContaining('127.0.0.1:9') })
  const { json: methods } = await browser(b.app).get(api('login'))
  expect(methods.methods[0]).toMatchObject({ id: 'oidc', href: 'api/v1/login/oidc' })
})

test('while the issuer is away, sessions that were begun go on', async () => {
  const away = await startIssuer()
  const page = browser((await given({ issuer: away.url })).app)
  away.accounts.set('anna', { groups: ['approvers'] })
  const { location } = await page.get(api('login/oidc'))
  const back = await away.signIn(location as URL, 'anna')
  await page.get(back.pathname + back.search)
  await away.close()
  open.at(-1)?.pass(910)
  expect(await person(page)).toEqual({ name: 'anna', groups: ['approvers'] })
  expect((await page.post(api('logout'))).status).toBe(200)
})
