import { describe, expect, test } from 'vitest'
import { type Cluster, cluster } from '../controllers/testing/cluster.ts'
import { gatewayClassName } from '../sandbox.ts'
import type { Obj } from '../types.ts'
import type { Count } from './load.ts'

const meta = (name: string) => ({ name, namespace: 'default' }) as Obj['metadata']
const gatewayApi = 'gateway.networking.k8s.io/v1'

const service = (c: Cluster, name: string, selector: Record<string, string>) =>
  c.api.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  })
const gateway = (c: Cluster, listeners: unknown[] = [{ name: 'web', port: 80, protocol: 'HTTP' }]) =>
  c.api.create({ apiVersion: gatewayApi, kind: 'Gateway', metadata: meta('gw'), spec: { gatewayClassName, listeners } })
const ref = (name: string, weight?: number) => ({ name, port: 80, ...(weight === undefined ? {} : { weight }) })
const route = (c: Cluster, rules: unknown[], more: Record<string, unknown> = {}, kind = 'HTTPRoute') =>
  c.api.create({
    apiVersion: gatewayApi,
    kind,
    metadata: meta('shop'),
    spec: { parentRefs: [{ name: 'gw' }], ...(kind === 'TCPRoute' ? {} : { hostnames: ['shop.example.org'] }), rules, ...more },
  })
const weights = (c: Cluster, stable: number, canary: number) =>
  c.patch('HTTPRoute', 'shop', { spec: { rules: [{ backendRefs: [ref('shop', stable), ref('shop-canary', canary)] }] } })
const conditions = (object: Obj | undefined, parent = 0) =>
  Object.fromEntries(
    ((object?.status?.parents?.[parent]?.conditions ?? []) as Obj['spec'][]).map(({ type, status, reason }) => [
      type,
      `${status} ${reason}`,
    ]),
  )
const theRoute = (c: Cluster) => c.api.get(gatewayApi, 'HTTPRoute', 'default', 'shop')

/** A stable and a canary Deployment behind a route of 90/10. */
async function shop(options: Parameters<typeof cluster>[0] = {}): Promise<Cluster> {
  const c = cluster(options)
  service(c, 'shop', { app: 'shop' })
  service(c, 'shop-canary', { app: 'canary' })
  gateway(c)
  c.deploy('shop', { image: 'app:v1' })
  c.deploy('canary', { image: 'app:v2' })
  route(c, [{ backendRefs: [ref('shop', 90), ref('shop-canary', 10)] }])
  await c.settle()
  return c
}

const share = (counts: Count[], of: (count: Count) => boolean) => {
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  return counts.filter(of).reduce((sum, { count }) => sum + count, 0) / all
}
/** What clients see over ten seconds at 200 requests per second. */
async function watch(c: Cluster, headers: Record<string, string> = {}, path = '/'): Promise<Count[]> {
  c.load.reset()
  const client = c.load.start({ via: { host: 'shop.example.org' }, rps: 200, headers, path })
  await c.clock.advance(10_000)
  client.stop()
  return c.load.counts()
}

describe('status', () => {
  test('class, Gateway and route are accepted, and the defaults of the Gateway API are there', async () => {
    const c = await shop()
    const klass = c.api.get(gatewayApi, 'GatewayClass', undefined, gatewayClassName)
    expect(klass?.status.conditions[0]).toMatchObject({ type: 'Accepted', status: 'True', observedGeneration: 1 })
    expect(klass?.status.supportedFeatures).toContainEqual({ name: 'HTTPRouteRequestMirror' })
    const gw = c.api.get(gatewayApi, 'Gateway', 'default', 'gw')
    expect(gw?.status.listeners[0]).toMatchObject({ name: 'web', attachedRoutes: 1 })
    expect(gw?.status.conditions.map(({ type, status }: Obj['spec']) => [type, status])).toEqual([
      ['Accepted', 'True'],
      ['Programmed', 'True'],
    ])
    const http = theRoute(c)
    expect(conditions(http)).toEqual({ Accepted: 'True Accepted', ResolvedRefs: 'True ResolvedRefs' })
    expect(http?.spec.parentRefs[0]).toMatchObject({ group: 'gateway.networking.k8s.io', kind: 'Gateway' })
    expect(http?.spec.rules[0].matches).toEqual([{ path: { type: 'PathPrefix', value: '/' } }])
    c.patch('HTTPRoute', 'shop', { spec: { rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] } })
    expect(theRoute(c)?.spec.rules[0].backendRefs).toEqual([{ group: '', kind: 'Service', name: 'shop', port: 80, weight: 1 }])
    c.stop()
  })

  test('the observed generation follows a change only after the status delay', async () => {
    const c = await shop()
    c.delays.routeStatus = 500
    weights(c, 50, 50)
    const generation = theRoute(c)?.metadata.generation ?? 0
    const observed = () => theRoute(c)?.status.parents[0].conditions[0].observedGeneration
    await c.clock.advance(490)
    expect(observed()).toBe(generation - 1)
    await c.clock.advance(20)
    expect(observed()).toBe(generation)
    c.stop()
  })

  test('a missing Service unresolves the route until it is there', async () => {
    const c = await shop()
    c.api.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'shop-canary' })
    await c.settle()
    expect(conditions(theRoute(c))).toEqual({ Accepted: 'True Accepted', ResolvedRefs: 'False BackendNotFound' })
    service(c, 'shop-canary', { app: 'canary' })
    await c.settle()
    expect(conditions(theRoute(c)).ResolvedRefs).toBe('True ResolvedRefs')
    c.stop()
  })

  test('a host name that no listener has is not accepted, and another parent is none of its business', async () => {
    const c = cluster()
    gateway(c, [{ name: 'web', port: 80, protocol: 'HTTP', hostname: '*.other.org' }])
    service(c, 'shop', { app: 'shop' })
    route(c, [{ backendRefs: [ref('shop')] }], { parentRefs: [{ name: 'gw' }, { name: 'elsewhere' }] })
    await c.settle()
    expect(theRoute(c)?.status.parents).toHaveLength(1)
    expect(conditions(theRoute(c)).Accepted).toBe('False NoMatchingListenerHostname')
    c.stop()
  })

  test('what other gateways say of a route stays', async () => {
    const c = await shop()
    const before = theRoute(c) as Obj
    const foreign = { parentRef: { name: 'elsewhere' }, controllerName: 'example.org/other', conditions: [] }
    c.api.update({ ...before, status: { parents: [foreign] } }, { subresource: 'status' })
    await c.settle()
    const names = ((theRoute(c)?.status.parents ?? []) as Obj['spec'][]).map(({ controllerName }) => controllerName)
    expect(names).toEqual(['example.org/other', 'gateway.sandbox.internal/controller'])
    c.stop()
  })
})

describe('traffic', () => {
  test('is split by weight, within chance', async () => {
    const c = await shop()
    const counts = await watch(c)
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(2000)
    // four standard deviations of 2000 requests at 10 %
    expect(Math.abs(share(counts, ({ version }) => version === 'v2') - 0.1)).toBeLessThan(0.027)
    c.stop()
  })

  test('is split exactly when asked to, and weight 0 gets nothing', async () => {
    const c = await shop({ split: 'exact' })
    expect(share(await watch(c), ({ version }) => version === 'v2')).toBe(0.1)
    weights(c, 100, 0)
    await c.settle()
    expect(share(await watch(c), ({ version }) => version === 'v1')).toBe(1)
    weights(c, 0, 0)
    await c.settle()
    expect(await watch(c)).toMatchObject([{ code: 500, cause: 'badGateway', count: 2000 }])
    c.stop()
  })

  test('obeys a change only after the traffic delay, even when the status is earlier', async () => {
    const c = await shop({ delays: { routeStatus: 10, routeTraffic: 300 } })
    weights(c, 0, 100)
    await c.clock.advance(50)
    const generation = theRoute(c)?.metadata.generation
    expect(theRoute(c)?.status.parents[0].conditions[0].observedGeneration).toBe(generation)
    c.load.reset()
    c.load.start({ via: { host: 'shop.example.org' }, rps: 100 })
    await c.clock.advance(240)
    expect(share(c.load.counts(), ({ version }) => version === 'v1')).toBeGreaterThan(0.5)
    await c.clock.advance(20)
    c.load.reset()
    await c.clock.advance(1000)
    expect(share(c.load.counts(), ({ version }) => version === 'v2')).toBe(1)
    c.stop()
  })

  test('of a missing Service gets 500 for its share, of one without endpoints 503', async () => {
    const c = await shop({ split: 'exact' })
    weights(c, 50, 50)
    c.scale('canary', 0)
    await c.settle()
    expect(share(await watch(c), ({ code, cause }) => code === 503 && cause === 'noEndpoint')).toBe(0.5)
    c.api.delete({ apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'shop-canary' })
    await c.settle()
    expect(share(await watch(c), ({ code, cause }) => code === 500 && cause === 'badGateway')).toBe(0.5)
    c.stop()
  })

  test('follows header rules, and a host without a route gets 404', async () => {
    const c = await shop()
    const beta = { name: 'beta', matches: [{ headers: [{ name: 'X-Beta', value: 'yes' }] }], backendRefs: [ref('shop-canary')] }
    c.patch('HTTPRoute', 'shop', { spec: { rules: [{ backendRefs: [ref('shop')] }, beta] } })
    await c.settle()
    expect(share(await watch(c, { 'X-Beta': 'yes' }), ({ version }) => version === 'v2')).toBe(1)
    expect(share(await watch(c), ({ version }) => version === 'v1')).toBe(1)
    c.load.reset()
    c.load.start({ via: { host: 'other.example.org' }, rps: 10 })
    await c.clock.advance(1000)
    expect(c.load.counts()).toMatchObject([{ code: 404, cause: 'noRoute', count: 10 }])
    c.stop()
  })

  test('is mirrored without changing the answers', async () => {
    const c = await shop()
    const mirror = { type: 'RequestMirror', requestMirror: { backendRef: ref('shop-canary'), percent: 50 } }
    c.patch('HTTPRoute', 'shop', { spec: { rules: [{ backendRefs: [ref('shop')], filters: [mirror] }] } })
    await c.settle()
    expect(share(await watch(c), ({ version }) => version === 'v1')).toBe(1)
    const scraped = c.metrics.pods().filter((pod) => pod.startsWith('default/canary-'))
    const total = scraped.map((pod) => Number(/http_requests_total\{code="200"\} (\d+)/.exec(c.metrics.scrape(pod) ?? '')?.[1]))
    expect(Math.abs(total.reduce((a, b) => a + b) - 1000)).toBeLessThan(90)
    c.stop()
  })

  test('past the gateway follows the Service, and a route with the Service as parent splits it', async () => {
    const c = await shop({ split: 'exact' })
    c.load.start({ via: { service: 'shop' }, rps: 100 })
    await c.clock.advance(1000)
    expect(share(c.load.counts(), ({ version }) => version === 'v1')).toBe(1)
    c.patch('HTTPRoute', 'shop', { spec: { parentRefs: [{ group: '', kind: 'Service', name: 'shop', port: 80 }], hostnames: null } })
    weights(c, 75, 25)
    await c.settle()
    expect(conditions(theRoute(c)).Accepted).toBe('True Accepted')
    c.load.reset()
    await c.clock.advance(1000)
    expect(share(c.load.counts(), ({ version }) => version === 'v2')).toBe(0.25)
    c.stop()
  })

  test('of TCP and TLS listeners is split by weight too', async () => {
    const c = cluster({ split: 'exact' })
    gateway(c, [
      { name: 'db', port: 5432, protocol: 'TCP' },
      { name: 'tls', port: 443, protocol: 'TLS' },
    ])
    service(c, 'shop', { app: 'shop' })
    c.deploy('shop')
    const rules = [{ backendRefs: [ref('shop', 1), ref('missing', 1)] }]
    route(c, rules, {}, 'TCPRoute')
    route(c, rules, {}, 'TLSRoute')
    await c.settle()
    c.load.start({ via: { gateway: 'gw', port: 5432 }, rps: 100 })
    c.load.start({ via: { host: 'shop.example.org', protocol: 'tls' }, rps: 100 })
    await c.clock.advance(1000)
    for (const client of ['gw:5432', 'shop.example.org']) {
      const counts = c.load.counts().filter((count) => count.client === client)
      expect(share(counts, ({ code }) => code === 200)).toBe(0.5)
    }
    c.stop()
  })
})

describe('pods that end', () => {
  const ending = async (container: Record<string, unknown>) => {
    const c = await shop({ delays: { endpoints: 500 } })
    c.deploy('extra', { replicas: 4, podLabels: { tier: 'web' }, container })
    service(c, 'extra', { tier: 'web' })
    c.patch('HTTPRoute', 'shop', { spec: { rules: [{ backendRefs: [ref('extra')] }] } })
    await c.settle()
    c.load.reset()
    c.load.start({ via: { host: 'shop.example.org' }, rps: 200 })
    c.scale('extra', 2)
    await c.clock.advance(10_000)
    const dead = c.load.counts().filter(({ cause }) => cause === 'deadPod')
    c.stop()
    return dead
  }
  test('cost requests until the gateway knows', async () => {
    const [dead, ...others] = await ending({})
    expect(others).toEqual([])
    expect(dead).toMatchObject({ code: 503, version: 'v1' })
    expect(dead?.count).toBeGreaterThan(20)
  })
  test('cost none with a preStop sleep longer than that', async () => {
    expect(await ending({ lifecycle: { preStop: { sleep: { seconds: 2 } } } })).toEqual([])
  })
})
