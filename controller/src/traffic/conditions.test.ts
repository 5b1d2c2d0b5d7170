import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { verifiedByConditions } from './conditions.ts'

const condition = (type: string, status = 'True', observedGeneration: number | undefined = 5, more = {}) => ({
  type,
  status,
  ...(observedGeneration >= 0 && { observedGeneration }),
  ...more,
})
const good = [condition('Accepted'), condition('ResolvedRefs')]

function route(parents: unknown[] | undefined, parentRefs: unknown[] = [{ name: 'edge' }]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', namespace: 'shop', generation: 5 },
    spec: { parentRefs },
    ...(parents && { status: { parents } }),
  }
}
const edge = (conditions: unknown[]) => ({ parentRef: { name: 'edge' }, controllerName: 'example.com/gw', conditions })

describe('whether the data plane obeys', () => {
  it('yes, when each parent accepted and resolved the current generation', () => {
    expect(verifiedByConditions(route([edge(good)]))).toEqual({ state: 'yes' })
    const both = [edge(good), { parentRef: { kind: 'Service', group: '', name: 's' }, conditions: good }]
    expect(verifiedByConditions(route(both, [{ name: 'edge' }, { kind: 'Service', group: '', name: 's' }]))).toEqual({ state: 'yes' })
  })

  it('unknown, when nobody reports', () => {
    expect(verifiedByConditions(route(undefined))).toEqual({ state: 'unknown' })
    expect(verifiedByConditions(route([]))).toEqual({ state: 'unknown' })
  })

  it('unknown, when conditions do not say which generation they mean', () => {
    expect(verifiedByConditions(route([edge([condition('Accepted', 'True', -1), condition('ResolvedRefs', 'True', -1)])]))).toEqual({
      state: 'unknown',
    })
  })

  it('no, while a report is of an older generation', () => {
    expect(verifiedByConditions(route([edge([condition('Accepted'), condition('ResolvedRefs', 'True', 4)])]))).toEqual({
      state: 'no',
      because: 'Gateway edge said ResolvedRefs of generation 4, the route is at 5',
    })
    expect(verifiedByConditions(route([edge([condition('Accepted', 'False', 4), condition('ResolvedRefs')])])).state).toBe('no')
  })

  it('no, while one of several parents is silent', () => {
    expect(verifiedByConditions(route([edge(good)], [{ name: 'edge' }, { name: 'inner', sectionName: 'https' }]))).toEqual({
      state: 'no',
      because: 'Gateway inner/https has not reported on the route',
    })
  })

  it('no, while a condition is missing or Unknown', () => {
    expect(verifiedByConditions(route([edge([condition('Accepted')])])).state).toBe('no')
    expect(verifiedByConditions(route([edge([condition('Accepted', 'Unknown'), condition('ResolvedRefs')])])).state).toBe('no')
  })

  it.each([
    [
      [condition('Accepted'), condition('ResolvedRefs', 'False', 5, { reason: 'BackendNotFound', message: 'no Service c' })],
      'Gateway edge says ResolvedRefs=False (BackendNotFound: no Service c)',
    ],
    [
      [condition('Accepted', 'False', 5, { reason: 'NotAllowedByListeners' }), condition('ResolvedRefs')],
      'Gateway edge says Accepted=False (NotAllowedByListeners)',
    ],
    [
      [...good, condition('PartiallyInvalid', 'True', 5, { message: 'rule 1 dropped' })],
      'Gateway edge says PartiallyInvalid=True (rule 1 dropped)',
    ],
    [[condition('Accepted'), condition('ResolvedRefs', 'False', -1)], 'Gateway edge says ResolvedRefs=False'],
  ])('refused, in its own words %#', (conditions, because) => {
    const other = { parentRef: { name: 'inner' }, conditions: [] }
    expect(verifiedByConditions(route([other, edge(conditions)], [{ name: 'inner' }, { name: 'edge' }]))).toEqual({
      state: 'refused',
      because,
    })
  })

  it('ignores parents that the spec does not name any more', () => {
    const left = { parentRef: { name: 'old' }, conditions: [condition('Accepted', 'False')] }
    expect(verifiedByConditions(route([left, edge(good)]))).toEqual({ state: 'yes' })
    expect(verifiedByConditions(route([left]))).toEqual({ state: 'unknown' })
  })

  it('knows a parent whose defaults are written out, and no other', () => {
    const full = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'edge' }
    expect(verifiedByConditions(route([{ parentRef: full, conditions: good }]))).toEqual({ state: 'yes' })
    expect(verifiedByConditions(route([{ parentRef: { ...full, namespace: 'other' }, conditions: good }]))).toEqual({ state: 'unknown' })
  })
})
