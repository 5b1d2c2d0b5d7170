import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { routerFor } from './registry.ts'
import type { RequestMatch } from './router.ts'
import { applyPatch } from './testing/applyPatch.ts'

/** s is the root Service, c the canary's, b that of the fresh pods of the old version, x and y are foreign. */
const s = (weight?: number, more = {}) => ({ name: 's', port: 80, ...(weight !== undefined && { weight }), ...more })
const c = (weight?: number, more = {}) => ({ name: 'c', port: 80, ...(weight !== undefined && { weight }), ...more })
const b = (weight?: number, more = {}) => ({ name: 'b', port: 80, ...(weight !== undefined && { weight }), ...more })
const x = (weight?: number) => ({ name: 'x', port: 80, ...(weight !== undefined && { weight }) })
const root = { path: { type: 'PathPrefix', value: '/' } }
const redirect = { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }
const exact = (name: string, value: string) => ({ type: 'Exact', name, value })
const extras = { timeouts: { request: '5s' }, filters: [{ type: 'RequestHeaderModifier' }] }

interface Vector {
  what: string
  kind?: string
  rules: unknown[]
  weight?: number
  matches?: RequestMatch[]
  only?: string[]
  baseline?: 'b'
  expected: unknown[]
}

const vectors: Vector[] = [
  {
    what: 'a foreign backend keeps its proportion to root and canary together',
    weight: 20,
    rules: [{ backendRefs: [s(1), c(0), x(3)] }, redirect],
    expected: [{ backendRefs: [s(80), c(20), x(300)] }, redirect],
  },
  {
    what: 'a foreign backend without traffic changes nothing',
    weight: 20,
    rules: [{ backendRefs: [s(1), x(0)] }],
    expected: [{ backendRefs: [s(80), c(20), x(0)] }],
  },
  {
    what: 'the canary is put beside the root where it is missing',
    weight: 20,
    rules: [{ backendRefs: [s()] }],
    expected: [{ backendRefs: [s(80), c(20)] }],
  },
  {
    what: 'any weight of a lone root means the same',
    weight: 20,
    rules: [{ backendRefs: [s(7)] }],
    expected: [{ backendRefs: [s(80), c(20)] }],
  },
  {
    what: 'weight 0 with the canary present is 100 to 0',
    weight: 0,
    rules: [{ backendRefs: [s(1)] }],
    expected: [{ backendRefs: [s(100), c(0)] }],
  },
  { what: 'weight 100 is 0 to 100', weight: 100, rules: [{ backendRefs: [s(1)] }], expected: [{ backendRefs: [s(0), c(100)] }] },
  {
    what: 'a root named twice, by two ports, is split at each',
    weight: 25,
    rules: [{ backendRefs: [s(1), s(3, { port: 81 })] }],
    expected: [{ backendRefs: [s(75), c(25), s(225, { port: 81 }), c(75, { port: 81 })] }],
  },
  {
    what: 'weights at the limit of the API stay within it, the split exact',
    weight: 10,
    rules: [{ backendRefs: [s(999_999), x(1_000_000)] }],
    expected: [{ backendRefs: [s(898_560), c(99_840), x(998_400)] }],
  },
  {
    what: 'one canary that is there already stays within the limit for several roots',
    weight: 100,
    rules: [{ backendRefs: [s(9_999), s(9_998, { port: 81 }), c(0)] }],
    expected: [{ backendRefs: [s(0), s(0, { port: 81 }), c(998_400)] }],
  },
  {
    what: "the canary copies what the root's reference says",
    weight: 20,
    rules: [{ backendRefs: [s(1, { group: '', kind: 'Service', filters: [{ type: 'RequestHeaderModifier' }] })] }],
    expected: [
      {
        backendRefs: [
          s(80, { group: '', kind: 'Service', filters: [{ type: 'RequestHeaderModifier' }] }),
          c(20, { group: '', kind: 'Service', filters: [{ type: 'RequestHeaderModifier' }] }),
        ],
      },
    ],
  },
  {
    what: 'a Service of that name elsewhere, or another kind of that name, is foreign',
    weight: 20,
    rules: [
      { backendRefs: [s(1), s(1, { namespace: 'other' }), s(1, { kind: 'Bucket', group: 'example.com' })] },
      { backendRefs: [s(1, { namespace: 'shop' })] },
    ],
    expected: [
      { backendRefs: [s(80), c(20), s(100, { namespace: 'other' }), s(100, { kind: 'Bucket', group: 'example.com' })] },
      { backendRefs: [s(80, { namespace: 'shop' }), c(20, { namespace: 'shop' })] },
    ],
  },
  {
    what: 'a rule that gives the root weight 0 keeps it: never 0 to 0',
    weight: 20,
    rules: [{ backendRefs: [s(1)] }, { backendRefs: [s(0), x(1)] }],
    expected: [{ backendRefs: [s(80), c(20)] }, { backendRefs: [s(0), x(1)] }],
  },
  {
    what: 'only the listed rules are split, an unnamed one goes by its index',
    weight: 20,
    only: ['a', '2'],
    rules: [{ name: 'a', backendRefs: [s(1)] }, { name: 'b', backendRefs: [s(1)] }, { backendRefs: [s(1)] }],
    expected: [{ name: 'a', backendRefs: [s(80), c(20)] }, { name: 'b', backendRefs: [s(1)] }, { backendRefs: [s(80), c(20)] }],
  },
  {
    what: 'a header match is a copy of its rule, timeouts and filters too, for the canary alone',
    weight: 20,
    matches: [{ name: 'm', headers: [{ name: 'x', value: 'y' }] }],
    rules: [{ matches: [root], backendRefs: [s(80), c(20)], ...extras }],
    expected: [
      { matches: [root], backendRefs: [s(80), c(20)], ...extras },
      { name: 'm', matches: [{ ...root, headers: [exact('x', 'y')] }], backendRefs: [c(1)], ...extras },
    ],
  },
  {
    what: 'a match on two rules makes two, the second numbered; another match its own',
    weight: 0,
    matches: [
      { name: 'm', headers: [{ name: 'x', value: 'y' }] },
      { name: 'n', headers: [{ name: 'z', value: 'y' }] },
    ],
    rules: [
      { matches: [root], backendRefs: [s(1)] },
      { matches: [{ method: 'GET' }], backendRefs: [s(1)] },
    ],
    expected: [
      { matches: [root], backendRefs: [s(100), c(0)] },
      { matches: [{ method: 'GET' }], backendRefs: [s(100), c(0)] },
      { name: 'm', matches: [{ ...root, headers: [exact('x', 'y')] }], backendRefs: [c(1)] },
      { name: 'm-1', matches: [{ method: 'GET', headers: [exact('x', 'y')] }], backendRefs: [c(1)] },
      { name: 'n', matches: [{ ...root, headers: [exact('z', 'y')] }], backendRefs: [c(1)] },
      { name: 'n-1', matches: [{ method: 'GET', headers: [exact('z', 'y')] }], backendRefs: [c(1)] },
    ],
  },
  {
    what: 'a prefix is taken literally',
    weight: 0,
    matches: [{ name: 'm', headers: [{ name: 'x', prefix: 'a.b' }] }],
    rules: [{ backendRefs: [s(1)] }],
    expected: [
      { backendRefs: [s(100), c(0)] },
      { name: 'm', matches: [{ headers: [{ type: 'RegularExpression', name: 'x', value: '^a\\.b.*' }] }], backendRefs: [c(1)] },
    ],
  },
  {
    what: 'two conditions of one match hold together, with those of the rule',
    weight: 0,
    matches: [
      {
        name: 'm',
        headers: [
          { name: 'x', value: '1' },
          { name: 'y', value: '2' },
        ],
      },
    ],
    rules: [{ matches: [{ ...root, headers: [exact('h', '0')] }], backendRefs: [s(1)] }],
    expected: [
      { matches: [{ ...root, headers: [exact('h', '0')] }], backendRefs: [s(100), c(0)] },
      { name: 'm', matches: [{ ...root, headers: [exact('h', '0'), exact('x', '1'), exact('y', '2')] }], backendRefs: [c(1)] },
    ],
  },
  {
    what: "a rule of the user's that names only the canary is left alone",
    weight: 50,
    rules: [{ backendRefs: [s(1)] }, { name: 'preview', matches: [{ headers: [exact('h', 'preview')] }], backendRefs: [c(1)] }],
    expected: [{ backendRefs: [s(50), c(50)] }, { name: 'preview', matches: [{ headers: [exact('h', 'preview')] }], backendRefs: [c(1)] }],
  },
  {
    what: 'GRPCRoute: a header match keeps the method',
    kind: 'GRPCRoute',
    weight: 20,
    matches: [{ name: 'm', headers: [{ name: 'x', value: 'y' }] }],
    rules: [{ matches: [{ method: { service: 'shop.Cart' } }], backendRefs: [s(1)] }],
    expected: [
      { matches: [{ method: { service: 'shop.Cart' } }], backendRefs: [s(80), c(20)] },
      { name: 'm', matches: [{ method: { service: 'shop.Cart' }, headers: [exact('x', 'y')] }], backendRefs: [c(1)] },
    ],
  },
  {
    what: 'a fresh baseline gets as much as the canary, the root the rest',
    weight: 10,
    baseline: 'b',
    rules: [{ backendRefs: [s(1)] }],
    expected: [{ backendRefs: [s(80), c(10), b(10)] }],
  },
  {
    what: 'beside a canary of more than half the baseline gets all the rest',
    weight: 70,
    baseline: 'b',
    rules: [{ backendRefs: [s()] }],
    expected: [{ backendRefs: [s(0), c(70), b(30)] }],
  },
  {
    what: 'a baseline at weight 100 gets nothing',
    weight: 100,
    baseline: 'b',
    rules: [{ backendRefs: [s()] }],
    expected: [{ backendRefs: [s(0), c(100), b(0)] }],
  },
  {
    what: 'a baseline at weight 0 gets nothing',
    weight: 0,
    baseline: 'b',
    rules: [{ backendRefs: [s(3)] }],
    expected: [{ backendRefs: [s(100), c(0), b(0)] }],
  },
  {
    what: 'a foreign backend keeps its proportion to root, canary and baseline together',
    weight: 20,
    baseline: 'b',
    rules: [{ backendRefs: [s(1, { port: 81 }), x(3)] }],
    expected: [{ backendRefs: [s(60, { port: 81 }), c(20, { port: 81 }), b(20, { port: 81 }), x(300)] }],
  },
  {
    what: 'a baseline that the rule names already stays where it stands',
    weight: 25,
    baseline: 'b',
    rules: [{ backendRefs: [b(1), s(1), s(2, { port: 81 })] }],
    expected: [{ backendRefs: [b(50), s(50), c(25), s(50, { port: 81 }), c(25, { port: 81 })] }],
  },
  {
    what: 'without a baseline in the run a Service of its name is foreign',
    weight: 20,
    rules: [{ backendRefs: [s(1), b(1)] }],
    expected: [{ backendRefs: [s(80), c(20), b(100)] }],
  },
  {
    what: 'a match goes to the canary alone, beside a baseline too',
    weight: 20,
    baseline: 'b',
    matches: [{ name: 'm', headers: [{ name: 'x', value: 'y' }] }],
    rules: [{ matches: [root], backendRefs: [s(1)] }],
    expected: [
      { matches: [root], backendRefs: [s(60), c(20), b(20)] },
      { name: 'm', matches: [{ ...root, headers: [exact('x', 'y')] }], backendRefs: [c(1)] },
    ],
  },
  {
    what: 'TCPRoute: weights with a baseline',
    kind: 'TCPRoute',
    weight: 20,
    baseline: 'b',
    rules: [{ backendRefs: [s()] }],
    expected: [{ backendRefs: [s(60), c(20), b(20)] }],
  },
  { what: 'TCPRoute: weights', kind: 'TCPRoute', weight: 20, rules: [{ backendRefs: [s()] }], expected: [{ backendRefs: [s(80), c(20)] }] },
  { what: 'TLSRoute: weights', kind: 'TLSRoute', weight: 20, rules: [{ backendRefs: [s()] }], expected: [{ backendRefs: [s(80), c(20)] }] },
]

function routeOf(kind: string, rules: unknown[]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name: 'r', namespace: 'shop', generation: 4 },
    spec: { hostnames: ['a.example'], rules },
  }
}

function routerOf(route: KubeObject) {
  const router = routerFor(route.apiVersion, route.kind)
  if (!router) throw new Error(`no router for ${route.kind}`)
  return router
}

describe('golden vectors', () => {
  it.each(vectors)('$kind $what', ({ kind = 'HTTPRoute', rules, weight = 0, matches, only, baseline, expected }) => {
    const route = routeOf(kind, rules)
    const router = routerOf(route)
    const wanted = {
      root: 's',
      canary: 'c',
      weight,
      runId: '7',
      rollout: 'shop',
      ...(matches && { matches }),
      ...(only && { rules: only }),
      ...(baseline && { baseline }),
    }
    const original = router.originalOf(route)
    const split = applyPatch(route, router.split(route, original, wanted))
    expect(split.spec).toEqual({ hostnames: ['a.example'], rules: expected })
    expect(split.metadata.labels).toEqual({ 'serin.dev/run': '7', 'serin.dev/rollout': 'shop' })
    expect(router.split(split, original, wanted)).toEqual([])
    expect(router.weightOf(split, wanted)).toBe(weight)
    const over = applyPatch(split, router.restore(split, original))
    expect(JSON.stringify(over.spec)).toBe(JSON.stringify(route.spec))
    expect(over.metadata.labels).toEqual(split.metadata.labels)
    expect(applyPatch(over, router.release(over)).metadata.labels).toEqual({})
  })

  const twoRules = routeOf('HTTPRoute', [
    { matches: [root], backendRefs: [s(1)] },
    { matches: [{ method: 'GET' }], backendRefs: [s(1)] },
  ])
  const m = { name: 'm', headers: [{ name: 'x', value: 'y' }] }
  const n = { name: 'n', headers: [{ name: 'z', value: 'y' }] }

  it('taking one match away leaves the other one', () => {
    const router = routerOf(twoRules)
    const wanted = { root: 's', canary: 'c', weight: 0, runId: '7', rollout: 'shop' }
    const original = router.originalOf(twoRules)
    const both = applyPatch(twoRules, router.split(twoRules, original, { ...wanted, matches: [m, n] }))
    const one = applyPatch(both, router.split(both, original, { ...wanted, matches: [n] }))
    const rules = (one.spec as { rules: { name?: string }[] }).rules
    expect(rules.map((rule) => rule.name)).toEqual([undefined, undefined, 'n', 'n-1'])
  })

  it('a match stays while the weight moves, and the end brings the original back', () => {
    const router = routerOf(twoRules)
    const wanted = { root: 's', canary: 'c', weight: 0, runId: '7', rollout: 'shop', matches: [m] }
    const original = router.originalOf(twoRules)
    const first = applyPatch(twoRules, router.split(twoRules, original, wanted))
    const ops = router.split(first, original, { ...wanted, weight: 50 })
    expect(ops).toEqual([
      { op: 'test', path: '/metadata/labels/serin.dev~1run', value: '7' },
      { op: 'test', path: '/metadata/generation', value: 4 },
      ...[0, 1].flatMap((rule) =>
        [0, 1].map((ref) => ({ op: 'replace', path: `/spec/rules/${rule}/backendRefs/${ref}/weight`, value: 50 })),
      ),
    ])
    const moved = applyPatch(first, ops)
    expect(applyPatch(moved, router.restore(moved, original)).spec).toEqual(twoRules.spec)
  })

  it.each(['TCPRoute', 'TLSRoute'])('%s refuses to choose by request', (kind) => {
    const route = routeOf(kind, [{ backendRefs: [s(1)] }])
    expect(routerOf(route).refuses(route, 's')).toBeUndefined()
    expect(routerOf(route).refuses(route, 's', { matches: [m] })).toBe(
      `${kind} r cannot choose by request: a ${kind} sees connections only`,
    )
  })

  it('warns of the share that a foreign backend takes', () => {
    const route = routeOf('HTTPRoute', [{ backendRefs: [s(1), c(0), x(3)] }, redirect])
    const wanted = { root: 's', canary: 'c', weight: 20, runId: '7', rollout: 'shop' }
    const sentence = 'rule 0 of HTTPRoute r: Service x takes 75 % of the traffic, so a weight of 20 is 5 % of all'
    expect(routerOf(route).warnings(route, wanted)).toEqual([sentence])
    const split = applyPatch(route, routerOf(route).split(route, routerOf(route).originalOf(route), wanted))
    expect(routerOf(route).warnings(split, wanted)).toEqual([sentence])
  })
})
