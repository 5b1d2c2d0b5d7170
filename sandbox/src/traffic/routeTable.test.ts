import { describe, expect, test } from 'vitest'
import type { Obj } from '../types.ts'
import { hostMatches, type RequestHead, routeTable } from './routeTable.ts'

const route = (name: string, rules: unknown[], more: { kind?: string; created?: string } = {}): Obj => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: more.kind ?? 'HTTPRoute',
  metadata: { name, namespace: 'shop', uid: name, resourceVersion: '1', creationTimestamp: more.created ?? '2026-01-01T00:00:00Z' },
  spec: { rules },
})
const rule = (backend: string, ...matches: unknown[]) => ({ matches, backendRefs: [{ name: backend, port: 80 }] })
const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } })
const table = (...routes: Obj[]) => routeTable(routes.map((each) => ({ route: each, hostnames: [] })))
const ask = (given: ReturnType<typeof routeTable>, request: Partial<RequestHead>) =>
  given.find({ path: '/', method: 'GET', headers: {}, ...request })?.backendRefs[0]?.name

describe('paths', () => {
  const paths = table(
    route('r', [
      rule('root', path('/')),
      rule('api', path('/api')),
      rule('exact', path('/api/v1', 'Exact')),
      rule('regex', path('/api/v[0-9]+', 'RegularExpression')),
    ]),
  )
  test.each([
    ['/', 'root'],
    ['/api', 'api'],
    ['/api/', 'api'],
    ['/api/users', 'api'],
    ['/apis', 'root'],
    ['/api/v1', 'exact'],
    ['/api/v1?x=1', 'exact'],
    ['/api/v2', 'regex'],
  ])('%s goes to %s', (requested, backend) => {
    expect(ask(paths, { path: requested })).toBe(backend)
  })
})

test('conditions of one match all have to hold; one of several matches suffices', () => {
  const both = {
    headers: [
      { name: 'X-User', value: 'anna' },
      { name: 'x-beta', type: 'RegularExpression', value: 'y.*' },
    ],
  }
  const beta = table(route('r', [rule('stable', path('/')), rule('canary', both, { queryParams: [{ name: 'beta', value: '1' }] })]))
  expect(ask(beta, { headers: { 'x-user': 'anna' } })).toBe('stable')
  expect(ask(beta, { headers: { 'x-user': 'anna', 'x-beta': 'yes' } })).toBe('canary')
  expect(ask(beta, { path: '/?beta=1' })).toBe('canary')
  expect(ask(beta, { path: '/?beta=2' })).toBe('stable')
})

test('a longer path beats more headers, a method beats headers, headers beat query parameters', () => {
  const ranked = table(
    route('r', [
      rule('query', { ...path('/a'), queryParams: [{ name: 'q', value: '1' }] }),
      rule('header', { ...path('/a'), headers: [{ name: 'h', value: '1' }] }),
      rule('method', { ...path('/a'), method: 'POST' }),
      rule('longer', path('/a/b')),
    ]),
  )
  const all = { method: 'POST', headers: { h: '1' } }
  expect(ask(ranked, { ...all, path: '/a/b?q=1' })).toBe('longer')
  expect(ask(ranked, { ...all, path: '/a?q=1' })).toBe('method')
  expect(ask(ranked, { ...all, method: 'GET', path: '/a?q=1' })).toBe('header')
  expect(ask(ranked, { path: '/a?q=1' })).toBe('query')
})

test('of equal matches the older route wins, then the name, then the order in the route', () => {
  const young = route('a', [rule('young', path('/'))], { created: '2026-02-01T00:00:00Z' })
  const old = route('z', [rule('first', path('/')), rule('second', path('/'))])
  expect(ask(table(young, old), {})).toBe('first')
  expect(ask(table(route('b', [rule('b', path('/'))]), route('a', [rule('a', path('/'))])), {})).toBe('a')
})

test('a whole host name beats a wildcard, a wildcard beats no host name', () => {
  const any = route('any', [rule('any', path('/longer/path'))])
  const wild = route('wild', [rule('wild', path('/'))])
  const whole = route('whole', [rule('whole', path('/'))])
  const hosts = routeTable([
    { route: any, hostnames: [] },
    { route: wild, hostnames: ['*.example.org'] },
    { route: whole, hostnames: ['shop.example.org'] },
  ])
  expect(ask(hosts, { host: 'shop.example.org', path: '/longer/path' })).toBe('whole')
  expect(ask(hosts, { host: 'x.y.example.org:8080', path: '/longer/path' })).toBe('wild')
  expect(ask(hosts, { host: 'example.org', path: '/longer/path' })).toBe('any')
  expect(hostMatches('*.example.org', 'notexample.org')).toBe(false)
})

test('gRPC matches by service and method', () => {
  const calls = table(
    route(
      'g',
      [rule('all'), rule('cart', { method: { service: 'shop.Cart' } }), rule('add', { method: { service: 'shop.Cart', method: 'Add' } })],
      { kind: 'GRPCRoute' },
    ),
  )
  expect(ask(calls, { path: '/shop.Cart/Add', method: 'POST' })).toBe('add')
  expect(ask(calls, { path: '/shop.Cart/List', method: 'POST' })).toBe('cart')
  expect(ask(calls, { path: '/shopXCart/List', method: 'POST' })).toBe('all')
})

test('an expression that does not compile matches nothing', () => {
  expect(ask(table(route('r', [rule('broken', path('(', 'RegularExpression'))])), { path: '(' })).toBeUndefined()
})
