import { expect, test } from 'vitest'
import type { Obj } from '../../sandbox/src/types.ts'
import { type Bench, bench } from './bench.ts'
import { statuses } from './statuses.ts'

function shop(): Bench {
  const b = bench()
  b.rollout('checkout', 'v1')
  b.rollout('mailer', 'v1')
  b.report('checkout', statuses(b).running)
  return b
}

test('get shows the Rollout with its sets and pods, and nothing of others', async () => {
  const b = shop()
  const set = b.server.api.get('apps/v1', 'ReplicaSet', 'shop', 'checkout-v1hash') as Obj
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: set.metadata.name, uid: set.metadata.uid, controller: true }
  for (const [name, ownerReferences] of [
    ['mine', [owner]],
    ['stray', []],
  ] as const) {
    const metadata = { name, namespace: 'shop', labels: { app: 'checkout' }, ownerReferences }
    b.server.api.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [{ name: 'web', image: 'x' }] },
    } as unknown as Partial<Obj>)
  }
  const { code, out } = await b.serin('get rollout/checkout -n shop')
  expect(code).toBe(0)
  for (const words of [
    'shop/checkout',
    '25 % canary',
    '▶ pause until somebody promotes',
    'for somebody to promote it',
    'ReplicaSet checkout-v1hash',
    'Pod mine',
  ]) {
    expect(out).toContain(words)
  }
  expect(out).not.toContain('stray')
  expect(out).not.toContain('mailer')
})

test('a name that is not there: exit code 3 and the nearest that is', async () => {
  const b = shop()
  const { code, err } = await b.serin('get chekout')
  expect(code).toBe(3)
  expect(err).toContain('there is no Rollout chekout in namespace shop\nDid you mean checkout?')
})

test('get -w where there is no terminal prints a snapshot whenever something but the time changes', async () => {
  const b = shop()
  const enough = new AbortController()
  const { healthy } = statuses(b)
  const { code, out } = await b.serin('get checkout -w', {
    signal: enough.signal,
    meanwhile(ms) {
      if (ms === 5000) b.report('checkout', healthy)
      if (ms === 10_000) enough.abort()
    },
  })
  expect(code).toBe(0)
  expect(out.match(/^Rollout +shop\/checkout/gm)?.length).toBe(2)
})

test('get -w on a terminal draws in place, over exactly what it drew before', async () => {
  const b = shop()
  const enough = new AbortController()
  const { out } = await b.serin('get checkout -w', { isTty: true, signal: enough.signal, meanwhile: (ms) => ms >= 3500 && enough.abort() })
  const pieces = out.split('\u001b[')
  const heights = pieces.filter((piece) => piece.startsWith('0J')).map((piece) => piece.trimEnd().split('\n').length)
  const ups = pieces.filter((piece) => /^\d+A$/.test(piece)).map((piece) => Number.parseInt(piece, 10))
  expect(heights.length).toBeGreaterThan(2)
  expect(ups).toEqual(heights.slice(0, -1))
})

test('get -w outlives an API server that is away for a while', async () => {
  const b = shop()
  const enough = new AbortController()
  const { code, out, err } = await b.serin('get checkout -w', {
    signal: enough.signal,
    meanwhile(ms) {
      if (ms === 2000) b.server.restart(3000)
      if (ms === 6000) b.report('checkout', statuses(b).healthy)
      if (ms === 10_000) enough.abort()
    },
  })
  expect(code).toBe(0)
  expect(err).toContain('trying again')
  expect(out).toContain('Healthy')
})

test('list -A and its machine forms', async () => {
  const b = shop()
  const listed = await b.serin('list -A')
  expect(listed.out).toMatch(/^NAMESPACE +NAME +PHASE/)
  expect(listed.out).toMatch(/^shop +checkout +Paused +2\/2 +25 % +checkout:v1 +for somebody to promote it$/m)
  expect(listed.out).toMatch(/^shop +mailer +Unknown/m)
  const json = JSON.parse((await b.serin('list -o json')).out) as { items: { metadata: { name: string; managedFields?: unknown } }[] }
  expect(json.items.map(({ metadata }) => metadata.name)).toEqual(['checkout', 'mailer'])
  expect(json.items[0]?.metadata.managedFields).toBeUndefined()
  expect((await b.serin('list -n default')).err).toContain('no Rollouts in namespace default')
})

test('explain names what it waits for and the command that ends it', async () => {
  const b = shop()
  const { code, out } = await b.serin('explain checkout')
  expect(code).toBe(0)
  expect(out).toContain('It waits for somebody to promote it')
  expect(out).toContain('serin promote checkout -n shop')
})

test('version tells program, server and kinds; without the kinds it says so', async () => {
  const { code, out } = await shop().serin('version')
  expect(code).toBe(0)
  expect(out).toMatch(/^Client +\d+\.\d+\.\d+\nServer +v1\.\d+/)
  expect(out).toContain('rollouts.serin.dev: v1alpha1')
  expect((await bench({ installed: false }).serin('version')).out).toContain('rollouts.serin.dev: not installed')
})

test('a cluster without Serin is told from one without that Rollout', async () => {
  const { code, err } = await bench({ installed: false }).serin('get checkout')
  expect(code).toBe(3)
  expect(err).toContain('Serin is not installed there')
})

test('lint reads standard input and fails on errors only', async () => {
  const b = bench()
  const good = 'apiVersion: serin.dev/v1alpha1\nkind: Rollout\nmetadata: {name: a, namespace: b}\nspec: {workload: {name: a}}\n'
  expect(await b.serin('lint -f -', { stdin: good })).toMatchObject({ code: 0, out: expect.stringContaining('0 errors') })
  const bad = await b.serin('lint -f -', { stdin: good.replace('workload', 'worklod') })
  expect(bad.code).toBe(1)
  expect(bad.out).toMatch(/^standard input:4: error: Rollout\/a: .*worklod/)
  expect(JSON.parse((await b.serin('lint -o json -f -', { stdin: good.replace('workload', 'worklod') })).out)).not.toEqual([])
})

test('list --under-way shows only Rollouts with a run, and says by its exit code whether there is one: what the guard of the chart asks', async () => {
  const b = shop()
  const running = await b.serin('list -A --under-way')
  expect({ code: running.code, checkout: running.out.includes('checkout'), mailer: running.out.includes('mailer') }).toEqual({
    code: 1,
    checkout: true,
    mailer: false,
  })
  b.report('checkout', statuses(b).healthy)
  expect(await b.serin('list -A --under-way')).toMatchObject({ code: 0, out: '', err: 'No run is under way.\n' })
  expect(await b.serin('list -n shop --under-way')).toMatchObject({
    code: 0,
    err: expect.stringContaining('No run is under way in namespace shop'),
  })
})
