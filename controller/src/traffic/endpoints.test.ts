import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { endpointsOf, readyEndpoints } from './endpoints.ts'

function slice(endpoints: unknown[], addressType = 'IPv4'): KubeObject {
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'x' }, addressType, endpoints }
}
const pod = (name: string, conditions?: object, address = `10.0.0.${name.length}`) => ({
  addresses: [address],
  ...(conditions && { conditions }),
  targetRef: { kind: 'Pod', name, namespace: 'shop', uid: `u-${name}` },
})

describe('endpoints', () => {
  it('are none without slices, or in empty ones', () => {
    const none = { ready: 0, serving: 0, terminating: 0, podNames: [] }
    expect(endpointsOf([])).toEqual(none)
    expect(
      endpointsOf([slice([]), { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'y' }, endpoints: null }]),
    ).toEqual(none)
  })

  it('count by what they say of themselves', () => {
    const slices = [
      slice([
        pod('ready', { ready: true, serving: true, terminating: false }),
        pod('starting', { ready: false, serving: false, terminating: false }),
        pod('leaving', { ready: false, serving: true, terminating: true }),
        pod('leaving-published', { ready: true, serving: false, terminating: true }),
      ]),
    ]
    expect(endpointsOf(slices)).toEqual({
      ready: 1,
      serving: 2,
      terminating: 2,
      podNames: ['leaving', 'leaving-published', 'ready', 'starting'],
    })
    expect(readyEndpoints(slices)).toBe(1)
  })

  it('that say nothing are ready', () => {
    expect(endpointsOf([slice([pod('a'), pod('b', {}), pod('c', { ready: null })])])).toMatchObject({
      ready: 3,
      serving: 3,
      terminating: 0,
    })
  })

  it('of two address families or several slices are one a pod', () => {
    expect(endpointsOf([slice([pod('a')]), slice([pod('a', undefined, 'fd00::1')], 'IPv6'), slice([pod('a', { ready: false })])])).toEqual({
      ready: 1,
      serving: 1,
      terminating: 0,
      podNames: ['a'],
    })
  })

  it('of pods of one name that came after each other are two', () => {
    const again = { ...pod('a'), targetRef: { kind: 'Pod', name: 'a', uid: 'u-2' } }
    expect(readyEndpoints([slice([pod('a', { ready: false, terminating: true }), again])])).toBe(1)
  })

  it('without a pod behind them count by address', () => {
    expect(endpointsOf([slice([{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }, { addresses: ['10.0.0.1'] }])])).toMatchObject({
      ready: 2,
      podNames: [],
    })
  })
})
