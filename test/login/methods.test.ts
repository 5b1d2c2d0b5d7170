import { afterEach, describe, expect, test } from 'vitest'
import { type Bench, type BenchOptions, bench } from './bench.ts'
import { api, browser } from './browser.ts'
import { tokenOf } from './people.ts'
import { putRelease } from './world.ts'

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

describe('a proxy in front', () => {
  const secret = 'a secret of more than 24 characters'
  const proxy = { cidrs: ['10.1.0.0/16', 'fd00::/8'], secret, logoutUrl: '/oauth2/sign_out' }
  const from = (headers: Record<string, string>, remoteAddress = '10.1.2.3') => ({ headers, remoteAddress })
  const anna = { 'x-forwarded-user': 'anna', 'x-forwarded-groups': 'approvers, readers', 'x-serin-proxy-secret': secret }

  test('says who it is, with each request', async () => {
    const b = await given({ login: { proxy: { ...proxy, groupsPrefix: 'idp:' } } })
    const page = browser(b.app)
    const { json } = await page.get(api('session'), from(anna))
    expect(json).toMatchObject({ user: { name: 'anna', groups: ['idp:approvers', 'idp:readers'] }, method: 'proxy' })
    expect(page.cookies.size).toBe(0)
    expect((await page.post(api('logout'), {}, from(anna))).json).toEqual({ next: '/oauth2/sign_out' })
    expect(
      (await page.get(api('session'), from({ ...anna, 'x-forwarded-user': '', 'x-forwarded-email': 'a@b.c' }, '::ffff:10.1.9.9'))).json.user
        .name,
    ).toBe('a@b.c')
  })
  test('is not believed from elsewhere, nor without the secret', async () => {
    const b = await given({ login: { proxy } })
    const { 'x-serin-proxy-secret': _, ...without } = anna
    for (const sent of [
      from(anna, '10.2.0.1'),
      from(anna, '127.0.0.1'),
      from(without),
      from({ ...anna, 'x-serin-proxy-secret': `${secret}.` }),
      from({ ...anna, 'x-forwarded-for': '10.1.2.3' }, '192.0.2.1'),
    ])
      expect((await browser(b.app).get(api('session'), sent)).json.code).toBe('SERIN-401-LOGIN')
    expect(b.said.join('\n')).toContain('not believed')
    expect(b.said.join('\n')).not.toContain(secret)
  })
  test('cannot make anybody a part of Kubernetes itself', async () => {
    const b = await given({ login: { proxy } })
    for (const headers of [
      { ...anna, 'x-forwarded-user': 'system:admin' },
      { ...anna, 'x-forwarded-groups': 'approvers,system:masters' },
      { ...anna, 'x-forwarded-groups': 'System:Masters' },
    ])
      expect((await browser(b.app).get(api('session'), from(headers))).json.code).toBe('SERIN-403-IMPERSONATION')
  })
  test('does not spare the page its token', async () => {
    const b = await given({ login: { proxy } })
    const page = browser(b.app)
    expect((await page.post(api('logout'), {}, { ...from(anna), csrf: '' })).json.code).toBe('SERIN-403-CSRF')
    const other = (await browser(b.app).get(api('session'), from({ ...anna, 'x-forwarded-user': 'vera' }))).json.csrf
    expect((await page.post(api('logout'), {}, { ...from(anna), csrf: other })).json.code).toBe('SERIN-403-CSRF')
  })
})

describe('a command that is sent by the page', () => {
  const secret = 'a secret of more than 24 characters'
  const as = (user: string, groups: string) => ({
    headers: { 'x-forwarded-user': user, 'x-forwarded-groups': groups, 'x-serin-proxy-secret': secret },
    remoteAddress: '10.1.2.3',
  })
  const commands = api('releases/shop/web/commands')
  const inFront: BenchOptions = { login: { proxy: { cidrs: ['10.1.0.0/16'], secret } } }

  test('is made as the person whom the proxy names, stamped by the API server, and found by its request id', async () => {
    const b = await given(inFront)
    putRelease(b.sandbox)
    const page = browser(b.app)
    await page.get(api('session'), as('anna', 'approvers'))
    const sent = await page.post(commands, { action: 'abort', reason: 'wrong image' }, as('anna', 'approvers'))
    expect([sent.status, sent.text]).toEqual([201, expect.any(String)])
    const [command] = b.sandbox.api.list('serin.dev/v1alpha1', 'RolloutCommand', { namespace: 'shop' })
    expect(command?.spec).toMatchObject({
      rollout: 'web',
      action: 'abort',
      reason: 'wrong image',
      requestedBy: { username: 'anna', groups: ['approvers', 'system:authenticated'] },
    })
    const made = b.asked.find(({ request: { method, path } }) => method === 'POST' && path.includes('/rolloutcommands'))
    expect(made?.request.headers).toMatchObject({ 'audit-id': sent.headers['x-request-id'], 'impersonate-user': 'anna' })
    expect(JSON.stringify(command?.metadata.annotations)).toContain(String(sent.headers['x-request-id']))
  })
  test('is refused to who lacks the verb, to a stranger, and where nothing can be changed', async () => {
    const b = await given(inFront)
    putRelease(b.sandbox)
    for (const [user, groups] of [
      ['vera', 'viewers'],
      ['nina', 'neighbours'],
      ['sam', 'strangers'],
    ] as const) {
      const page = browser(b.app)
      await page.get(api('session'), as(user, groups))
      const { json } = await page.post(commands, { action: 'abort' }, as(user, groups))
      expect([user, json.code, json.missing?.namespace]).toEqual([user, 'SERIN-403-VERB', 'shop'])
    }
    const still = await given({ ...inFront, server: { readOnly: true } })
    putRelease(still.sandbox)
    const page = browser(still.app)
    expect((await page.get(api('session'), as('anna', 'approvers'))).json.readOnly).toBe(true)
    expect((await page.post(commands, { action: 'abort' }, as('anna', 'approvers'))).json.code).toBe('SERIN-403-READONLY')
    for (const { sandbox } of [b, still])
      expect(sandbox.api.list('serin.dev/v1alpha1', 'RolloutCommand', { namespace: 'shop' })).toEqual([])
  })
})

describe('on a laptop', () => {
  const laptop: BenchOptions = {
    login: { token: false, kubeconfig: true, loopbackOnly: true },
    ourselves: true,
    server: { origin: 'http://localhost:7070' },
  }
  const there = { headers: { origin: 'http://localhost:7070' } }

  test('the link of the terminal logs in as the kubeconfig says, once', async () => {
    const b = await given(laptop)
    const page = browser(b.app, 'localhost:7070')
    const code = b.codes.next()
    const answer = await page.get(api(`login/kubeconfig?code=${code}`))
    expect([answer.status, answer.headers.location, answer.headers['referrer-policy']]).toEqual([303, '../../../', 'no-referrer'])
    expect((await page.get(api('session'))).json).toMatchObject({ user: { name: 'anna' }, method: 'kubeconfig' })
    expect([...page.cookies.keys()]).toEqual(['serin-7070'])
    expect((await browser(b.app, 'localhost:7070').get(api(`login/kubeconfig?code=${code}`))).json.code).toBe('SERIN-401-LOGIN')
    expect(b.said.join('\n')).not.toContain(code)
    expect((await page.post(api('logout'), {}, there)).status).toBe(200)
  })
  test('a used link shows the page: to who is logged in still, and to a browser, which finds there how to get another', async () => {
    const b = await given(laptop)
    const page = browser(b.app, 'localhost:7070')
    const link = api(`login/kubeconfig?code=${b.codes.next()}`)
    await page.get(link)
    expect([(await page.get(link)).status, (await page.get(api('session'))).status]).toEqual([303, 200])
    const other = browser(b.app, 'localhost:7070')
    expect((await other.get(link, { headers: { accept: 'text/html,*/*' } })).headers.location).toBe('../../../')
    expect([(await other.get(link)).status, (await other.get(api('session'))).status, other.cookies.size]).toEqual([401, 401, 0])
  })
  test('of two servers on one machine neither takes the cookie of the other, nor takes it away', async () => {
    const [one, two] = [await given(laptop), await given({ ...laptop, server: { origin: 'http://localhost:9090' } })]
    const page = browser(one.app, 'localhost:7070')
    await page.get(api(`login/kubeconfig?code=${one.codes.next()}`))
    const there = browser(two.app, 'localhost:9090')
    for (const [name, value] of page.cookies) there.cookies.set(name, value)
    expect((await there.get(api('session'))).status).toBe(401)
    expect([...there.cookies.keys()]).toEqual(['serin-7070'])
    await there.get(api(`login/kubeconfig?code=${two.codes.next()}`))
    expect([...there.cookies.keys()]).toEqual(['serin-7070', 'serin-9090'])
  })
  test('an old link, one before the last, and a guess are refused', async () => {
    const b = await given(laptop)
    const [first, second] = [b.codes.next(), b.codes.next()]
    const page = browser(b.app, '127.0.0.1:7070')
    for (const code of [first, 'guess']) expect((await page.get(api(`login/kubeconfig?code=${code}`))).status).toBe(401)
    b.pass(601)
    expect((await page.get(api(`login/kubeconfig?code=${second}`))).status).toBe(401)
  })
  test('the server answers under the name of this machine only', async () => {
    const b = await given(laptop)
    for (const host of ['evil.example:7070', 'localhost.evil.example', '192.168.1.5:7070', '127.0.0.1.nip.io'])
      expect((await browser(b.app, host).get(api('login'))).json.code).toBe('SERIN-403-CSRF')
    for (const host of ['localhost:7070', '127.0.0.1:7070', '[::1]:7070'])
      expect((await browser(b.app, host).get(api('login'))).status).toBe(200)
  })
  test('rights are asked as everybody may ask about himself, and tokens of others are not taken', async () => {
    const b = await given(laptop)
    const page = browser(b.app, 'localhost:7070')
    await page.get(api(`login/kubeconfig?code=${b.codes.next()}`))
    const { json } = await page.get(api('access?namespace=shop'))
    const may = Object.fromEntries(
      json.rights.map(({ verb, resource, allowed }: Record<string, unknown>) => [`${verb} ${resource}`, allowed]),
    )
    expect(may).toMatchObject({ 'promote rollouts.serin.dev': true, 'undo rollouts.serin.dev': false, 'list pods': true })
    const paths = b.asked.map(({ request }) => request.path).filter((path) => path.includes('accessreviews'))
    expect(new Set(paths)).toEqual(new Set(['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews']))
    const stolen = { headers: { authorization: `Bearer ${tokenOf('editor')}` } }
    expect((await browser(b.app, 'localhost:7070').get(api('session'), stolen)).status).toBe(401)
  })
})

describe('in a demo', () => {
  const demo = {
    people: [
      { name: 'Vera, who looks', token: tokenOf('viewer') },
      { name: 'Anna, who approves', token: tokenOf('approver') },
    ],
  }

  test('anybody may be any of its people', async () => {
    const b = await given({ login: { token: false, demo } })
    const page = browser(b.app)
    const { json, text } = await page.get(api('login'))
    expect(json.methods).toEqual([{ id: 'demo', title: 'Demo', people: ['Vera, who looks', 'Anna, who approves'] }])
    expect(text).not.toContain(tokenOf('viewer'))
    expect((await page.post(api('login/demo'), { name: 'Anna, who approves' })).json).toMatchObject({ user: { name: 'anna' }, demo: true })
    expect((await page.post(api('login/demo'), { name: 'Olga' })).json.detail).toBe('The demo has Vera, who looks, Anna, who approves.')
  })
})
