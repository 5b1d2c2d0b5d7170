import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { httpRoute } from './httpRoute.ts'
import { routerFor, routers } from './registry.ts'
import { applyPatch } from './testing/applyPatch.ts'

function route(rules: unknown[] | undefined, metadata = {}): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', namespace: 'shop', ...metadata },
    spec: { ...(rules && { rules }) },
  }
}
const wanted = { root: 's', canary: 'c', weight: 20, runId: '7', rollout: 'shop' }
const toRoot = { backendRefs: [{ name: 's' }] }
const header = (name: string, value: string) => ({ name, value })

describe('a route is refused', () => {
  it.each([
    ['no rule', route(undefined), {}, 'no rule of HTTPRoute r names Service s as a backend'],
    [
      'another namespace',
      route([{ backendRefs: [{ name: 's', namespace: 'x' }] }]),
      {},
      'no rule of HTTPRoute r names Service s as a backend',
    ],
    ['unknown rule', route([toRoot]), { rules: ['b'] }, 'HTTPRoute r has no rule b'],
    ['foreign rule', route([toRoot, { name: 'b' }]), { rules: ['b'] }, 'rule b of HTTPRoute r does not name Service s as a backend'],
    ['weight 0', route([{ backendRefs: [{ name: 's', weight: 0 }] }]), {}, 'HTTPRoute r gives Service s no traffic: its weight is 0'],
    [
      'full',
      route([{ backendRefs: [{ name: 's' }, ...Array.from({ length: 15 }, (_, i) => ({ name: `x${i}` }))] }]),
      {},
      'rule 0 of HTTPRoute r has no room for the canary: 16 backends are the most',
    ],
    [
      'full with a fresh baseline',
      route([{ backendRefs: [{ name: 's' }, ...Array.from({ length: 14 }, (_, i) => ({ name: `x${i}` }))] }]),
      { baseline: 'b' },
      'rule 0 of HTTPRoute r has no room for the canary and the fresh baseline: 16 backends are the most',
    ],
    [
      'held',
      route([toRoot], { labels: { 'serin.dev/run': '3', 'serin.dev/rollout': 'cart' } }),
      { rollout: 'shop' },
      'HTTPRoute r is in a run of Rollout cart',
    ],
    [
      'name taken',
      route([toRoot, { name: 'm' }]),
      { matches: [{ name: 'm', headers: [header('a', '1')] }] },
      'HTTPRoute r would have two rules named m: give the match another name',
    ],
    [
      'name taken by a numbered one',
      route([toRoot, toRoot]),
      { matches: ['m', 'm-1'].map((name) => ({ name, headers: [header('a', '1')] })) },
      'HTTPRoute r would have two rules named m-1: give the match another name',
    ],
    [
      'too many rules',
      route(Array.from({ length: 9 }, () => toRoot)),
      { matches: [{ name: 'm', headers: [header('a', '1')] }] },
      'HTTPRoute r has no room for the rules of 1 matches: 16 rules are the most',
    ],
    [
      'header taken',
      route([{ ...toRoot, matches: [{ headers: [{ type: 'RegularExpression', name: 'A', value: '.' }] }] }]),
      { matches: [{ name: 'm', headers: [header('a', '1')] }] },
      'match m on rule 0 of HTTPRoute r: header a has a condition already, and one header can have but one',
    ],
  ])('%s', (_, object, asks, sentence) => {
    expect(httpRoute.refuses(object, 's', asks)).toBe(sentence)
  })

  it('not in the middle of its own run, whatever the weights are then', () => {
    const before = route([toRoot])
    const matches = [{ name: 'm', headers: [header('a', '1')] }]
    const during = applyPatch(before, httpRoute.split(before, httpRoute.originalOf(before), { ...wanted, weight: 100, matches }))
    expect(httpRoute.refuses(during, 's', { rollout: 'shop', matches })).toBeUndefined()
    expect(httpRoute.refuses(during, 's', { rollout: 'cart', matches })).toBe('HTTPRoute r is in a run of Rollout shop')
  })
})

describe('patches', () => {
  it('fail when the route changed since it was read', () => {
    const seen = route([toRoot], { generation: 3 })
    const ops = httpRoute.split(seen, httpRoute.originalOf(seen), wanted)
    expect(() => applyPatch(route([toRoot], { generation: 4 }), ops)).toThrow('/metadata/generation')
  })

  it('do not wipe labels that came after the look at a route without any', () => {
    const seen = route([toRoot], { resourceVersion: '1' })
    const ops = httpRoute.split(seen, httpRoute.originalOf(seen), wanted)
    expect(() => applyPatch(route([toRoot], { resourceVersion: '2', labels: { a: 'b' } }), ops)).toThrow('/metadata/resourceVersion')
  })

  it('take the labels over from an older run of the same Rollout', () => {
    const seen = route([toRoot], { labels: { 'serin.dev/run': '6', 'serin.dev/rollout': 'shop', app: 'x' } })
    const after = applyPatch(seen, httpRoute.split(seen, httpRoute.originalOf(seen), wanted))
    expect(after.metadata.labels).toEqual({ 'serin.dev/run': '7', 'serin.dev/rollout': 'shop', app: 'x' })
  })

  it('put back what others did to the rules in the run', () => {
    const before = route([toRoot, { name: 'b' }])
    const original = httpRoute.originalOf(before)
    const right = applyPatch(before, httpRoute.split(before, original, wanted))
    for (const meddled of [route([{ name: 'z' }]), route(undefined), before]) {
      expect(applyPatch(meddled, httpRoute.split(meddled, original, wanted))).toEqual(right)
    }
  })

  it('is not let go, nor split, when another leader did the other meanwhile', () => {
    const held = route([toRoot], { generation: 4, labels: { 'serin.dev/run': '7', 'serin.dev/rollout': 'shop' } })
    const split = applyPatch(held, httpRoute.split(held, httpRoute.originalOf(held), wanted))
    const later = { ...split, metadata: { ...split.metadata, generation: 5 } }
    expect(() => applyPatch(later, httpRoute.release(held))).toThrow('generation')
    const free = applyPatch(held, httpRoute.release(held))
    expect(() => applyPatch(free, httpRoute.split(held, httpRoute.originalOf(held), wanted))).toThrow('serin.dev~1run')
  })

  it('release takes the mark of refused edits off, and leaves other annotations', () => {
    const object = route([toRoot], {
      labels: { 'serin.dev/run': '7', a: 'b' },
      annotations: { 'serin.dev/rules-refused-by': 'jo', c: 'd' },
    })
    const { labels, annotations } = applyPatch(object, httpRoute.release(object)).metadata
    expect({ labels, annotations }).toEqual({ labels: { a: 'b' }, annotations: { c: 'd' } })
  })

  it('are none where an older API dropped the names of our rules', () => {
    const before = route([toRoot])
    const asks = { ...wanted, matches: [{ name: 'm', headers: [header('a', '1')] }] }
    const after = applyPatch(before, httpRoute.split(before, httpRoute.originalOf(before), asks))
    const { rules } = after.spec as { rules: { name?: string }[] }
    const served = { ...after, spec: { rules: rules.map(({ name: _, ...rule }) => rule) } }
    expect(served).not.toEqual(after)
    expect(httpRoute.split(served, httpRoute.originalOf(before), asks)).toEqual([])
  })
})

describe('the weight a route shows', () => {
  it.each([
    ['none without a canary', [toRoot], undefined],
    ['none where the canary stands alone', [toRoot, { backendRefs: [{ name: 'c' }] }], undefined],
    ['half where no weights are written', [{ backendRefs: [{ name: 's' }, { name: 'c' }] }], 50],
    [
      '0 of 0 to 0',
      [
        {
          backendRefs: [
            { name: 's', weight: 0 },
            { name: 'c', weight: 0 },
          ],
        },
      ],
      0,
    ],
    [
      'the greatest where rules differ',
      [10, 30].map((weight) => ({
        backendRefs: [
          { name: 's', weight: 100 - weight },
          { name: 'c', weight },
          { name: 'x', weight: 500 },
        ],
      })),
      30,
    ],
  ])('%s', (_, rules, expected) => {
    expect(httpRoute.weightOf(route(rules), wanted)).toBe(expected)
  })

  it('is its share beside the baseline, whose requests are not foreign', () => {
    const rules = [
      {
        backendRefs: [
          { name: 's', weight: 80 },
          { name: 'c', weight: 10 },
          { name: 'b', weight: 10 },
        ],
      },
    ]
    expect(httpRoute.weightOf(route(rules), { ...wanted, baseline: 'b' })).toBe(10)
    expect(httpRoute.warnings(route(rules), { ...wanted, baseline: 'b' })).toEqual([])
  })
})

it('warns where sessions outlive a weight', () => {
  expect(httpRoute.warnings(route([{ ...toRoot, sessionPersistence: { type: 'Cookie' } }]), wanted)).toEqual([
    'rule 0 of HTTPRoute r has sessionPersistence: clients stay on the version they met first, whatever the weight',
  ])
})

it('finds a router by group and kind, in any version', () => {
  for (const router of routers) expect(routerFor(`${router.group}/v9`, router.kind)).toBe(router)
  expect(routerFor('example.com/v1', 'HTTPRoute')).toBeUndefined()
  expect(routerFor('v1', 'Service')).toBeUndefined()
})
