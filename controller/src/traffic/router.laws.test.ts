import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { routers } from './registry.ts'
import type { RequestMatch, Router, Split } from './router.ts'
import { applyPatch } from './testing/applyPatch.ts'

interface Ref {
  name: string
  weight?: number
  namespace?: string
}

const unknownFields = fc.dictionary(fc.constantFrom('timeouts', 'filters', 'fromTheFuture'), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 })
const weight = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 1_000_000 }))
const ref = fc
  .tuple(
    fc.record(
      {
        name: fc.constantFrom('root', 'root', 'canary', 'baseline', 'x', 'y'),
        port: fc.constantFrom(80, 81),
        weight,
        namespace: fc.constantFrom('shop', 'other'),
        kind: fc.constantFrom('Service', 'Bucket'),
      },
      { requiredKeys: ['name'] },
    ),
    unknownFields,
  )
  .map(([known, more]) => ({ ...more, ...known }))
const rule = fc
  .tuple(fc.record({ name: fc.constantFrom('a', 'b'), backendRefs: fc.array(ref, { maxLength: 5 }) }, { requiredKeys: [] }), unknownFields)
  .map(([known, more]) => ({ ...more, ...known }))

function routeOf(router: Router): fc.Arbitrary<KubeObject> {
  return fc.tuple(fc.array(rule, { maxLength: 4 }), unknownFields, fc.boolean()).map(([rules, more, labelled]) => ({
    apiVersion: `${router.group}/v1`,
    kind: router.kind,
    metadata: { name: 'r', namespace: 'shop', generation: 1, resourceVersion: '9', ...(labelled && { labels: { app: 'shop' } }) },
    spec: { parentRefs: [{ name: 'gw' }], ...more, rules },
    status: { parents: [] },
  }))
}

const matches = fc.uniqueArray(fc.record({ name: fc.constantFrom('m', 'n'), headers: fc.constant([{ name: 'x', value: 'y' }]) }), {
  maxLength: 2,
  selector: (match: RequestMatch) => match.name,
})
const wanted: fc.Arbitrary<Split> = fc
  .tuple(fc.integer({ min: 0, max: 100 }), matches, fc.constantFrom(undefined, ['a'], ['0', 'b']), fc.boolean())
  .map(([percent, asked, rules, fresh]) => ({
    root: 'root',
    canary: 'canary',
    weight: percent,
    ...(fresh && { baseline: 'baseline' }),
    runId: 'shop-7',
    rollout: 'shop',
    matches: asked,
    ...(rules && { rules }),
  }))

function apply(router: Router, route: KubeObject, original: unknown, split: Split): KubeObject {
  return applyPatch(route, router.split(route, original, split))
}

function rulesOf(route: KubeObject): { backendRefs?: Ref[] }[] {
  return (route.spec as { rules: { backendRefs?: Ref[] }[] }).rules
}

const sum = (refs: Ref[]) => refs.reduce((all, one) => all + (one.weight ?? 1), 0)
const isOf = (name: string) => (one: Ref & { kind?: string }) =>
  one.name === name && (one.namespace ?? 'shop') === 'shop' && (one.kind ?? 'Service') === 'Service'

describe.each(routers.map((router) => ({ kind: router.kind, router })))('$kind', ({ router }) => {
  it('shows a split once: a second time there is nothing to do', () => {
    fc.assert(
      fc.property(routeOf(router), wanted, (route, split) => {
        const original = router.originalOf(route)
        expect(router.split(apply(router, route, original, split), original, split)).toEqual([])
      }),
    )
  })

  it('shows a split alike whatever was there before', () => {
    fc.assert(
      fc.property(routeOf(router), fc.array(wanted, { maxLength: 4 }), wanted, (route, before, split) => {
        const original = router.originalOf(route)
        const there = before.reduce((now, one) => apply(router, now, original, one), route)
        expect(apply(router, there, original, split)).toEqual(apply(router, route, original, split))
      }),
    )
  })

  it('gives the spec back byte for byte after any splits, and the labels at the end', () => {
    fc.assert(
      fc.property(routeOf(router), fc.array(wanted, { minLength: 1, maxLength: 4 }), (route, splits) => {
        const original = JSON.parse(JSON.stringify(router.originalOf(route)))
        const there = splits.reduce((now, one) => apply(router, now, original, one), route)
        const back = applyPatch(there, router.restore(there, original))
        expect(JSON.stringify(back.spec)).toBe(JSON.stringify(route.spec))
        expect(back.metadata.labels).toEqual({ ...route.metadata.labels, 'serin.dev/run': 'shop-7', 'serin.dev/rollout': 'shop' })
        expect(router.restore(back, original)).toEqual([])
        const released = applyPatch(back, router.release(back))
        expect(released.metadata.labels).toEqual(route.metadata.labels ?? {})
        expect(router.release(released)).toEqual([])
      }),
    )
  })

  it('touches nothing but the rules, and in them nothing but backends', () => {
    fc.assert(
      fc.property(routeOf(router), wanted, (route, split) => {
        const after = apply(router, route, router.originalOf(route), split)
        expect({ ...after, metadata: { ...after.metadata, labels: null }, spec: { ...(after.spec as object), rules: null } }).toEqual({
          ...route,
          metadata: { ...route.metadata, labels: null },
          spec: { ...(route.spec as object), rules: null },
        })
        rulesOf(route).forEach((was, i) => {
          expect({ ...rulesOf(after)[i], backendRefs: null }).toEqual({ ...was, backendRefs: null })
        })
      }),
    )
  })

  it('gives the canary its percent of what the root had, the baseline as much as is left of it, and foreign backends what they had', () => {
    fc.assert(
      fc.property(routeOf(router), wanted, (route, asked) => {
        const { rules: _, ...split } = asked
        const after = apply(router, route, router.originalOf(route), split)
        for (const [i, was] of rulesOf(route).entries()) {
          const before = was.backendRefs ?? []
          const now = rulesOf(after)[i]?.backendRefs ?? []
          if (sum(before.filter(isOf('root'))) === 0) {
            expect(now).toEqual(before)
            continue
          }
          const root = sum(now.filter(isOf('root')))
          const canary = sum(now.filter(isOf('canary')))
          const isOurs = (one: Ref) => ['root', 'canary', split.baseline].some((name) => name !== undefined && isOf(name)(one))
          const ours = sum(now.filter(isOurs))
          expect(canary * 100).toBe(ours * split.weight)
          expect((ours - root - canary) * 100).toBe(split.baseline ? ours * Math.min(split.weight, 100 - split.weight) : 0)
          expect(ours).toBeGreaterThan(0)
          const shareBefore = sum(before.filter(isOurs)) / sum(before)
          // Rounding to 1 in 10,000 of the greatest weight happens for each reference.
          expect(Math.abs(ours / sum(now) - shareBefore)).toBeLessThan(0.001)
          for (const one of now) {
            expect(Number.isInteger(one.weight ?? 1)).toBe(true)
            expect(one.weight ?? 1).toBeLessThanOrEqual(1_000_000)
          }
        }
      }),
    )
  })

  it('reads back the weight that it wrote', () => {
    fc.assert(
      fc.property(routeOf(router), wanted, (route, split) => {
        const original = router.originalOf(route)
        fc.pre(router.refuses(route, 'root', { rules: split.rules }) === undefined)
        // The weight of a rule that gives the root nothing is not ours, but a canary beside it would be read.
        fc.pre(
          !rulesOf(route).some(
            (one) => sum((one.backendRefs ?? []).filter(isOf('root'))) === 0 && (one.backendRefs ?? []).some(isOf('canary')),
          ),
        )
        expect(router.weightOf(apply(router, route, original, split), split)).toBe(split.weight)
      }),
    )
  })
})
