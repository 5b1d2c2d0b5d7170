import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { canaryService, canaryServiceName, pin, pinnedTo, unpin } from './services.ts'
import { applyPatch } from './testing/applyPatch.ts'

function service(spec = {}, metadata = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop', namespace: 'web', resourceVersion: '1', ...metadata },
    spec: {
      selector: { app: 'shop' },
      ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }],
      clusterIP: '10.0.0.1',
      ...spec,
    },
  }
}
const marks = { 'serin.dev/run': 'shop-7', 'serin.dev/rollout': 'shop' }

describe('the pin', () => {
  it.each([
    ['without labels', {}],
    ['with labels', { labels: { app: 'shop' } }],
  ])('selects one version, marks the Service %s, and goes without a trace', (_, metadata) => {
    const before = service({}, metadata)
    const pinned = applyPatch(before, pin(before, 'abc', 'shop-7', 'shop'))
    expect(pinned.spec).toEqual({ ...(before.spec as object), selector: { app: 'shop', 'pod-template-hash': 'abc' } })
    expect(pinned.metadata.labels).toEqual({ ...before.metadata.labels, ...marks })
    expect(pinnedTo(pinned)).toBe('abc')
    expect(pin(pinned, 'abc', 'shop-7', 'shop')).toEqual([])
    const after = applyPatch(pinned, unpin(pinned))
    expect({ ...after, metadata: { ...after.metadata, labels: before.metadata.labels ?? {} } }).toEqual({
      ...before,
      metadata: { ...before.metadata, labels: after.metadata.labels },
    })
    expect(unpin(after)).toEqual([])
    expect(pinnedTo(after)).toBeUndefined()
  })

  it('moves from one version to the other', () => {
    const one = applyPatch(service(), pin(service(), 'abc', 'shop-7', 'shop'))
    expect(pinnedTo(applyPatch(one, pin(one, 'def', 'shop-7', 'shop')))).toBe('def')
  })

  it('puts back a label that went missing, and nothing else', () => {
    const before = service({ selector: { app: 'shop', 'pod-template-hash': 'abc' } }, { labels: { 'serin.dev/rollout': 'shop' } })
    expect(pin(before, 'abc', 'shop-7', 'shop')).toEqual([{ op: 'add', path: '/metadata/labels/serin.dev~1run', value: 'shop-7' }])
  })

  it('takes a break-glass release off, going on and off, and no other annotation', () => {
    const annotated = (object: KubeObject) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { note: 'x', 'serin.dev/release': 'INC-1' } },
    })
    const before = annotated(service())
    const pinned = applyPatch(before, pin(before, 'abc', 'shop-7', 'shop'))
    expect(pinned.metadata.annotations).toEqual({ note: 'x' })
    const released = annotated(pinned)
    expect(applyPatch(released, unpin(released)).metadata.annotations).toEqual({ note: 'x' })
    // As `serin release` leaves it: nothing is left but the annotation.
    expect(unpin(before)).toEqual([
      { op: 'test', path: '/metadata/resourceVersion', value: '1' },
      { op: 'remove', path: '/metadata/annotations/serin.dev~1release' },
    ])
  })

  it('fails, going on or off, when the selector changed since it was read', () => {
    const changed = service({ selector: { app: 'other' } })
    expect(() => applyPatch(changed, pin(service(), 'abc', 'shop-7', 'shop'))).toThrow('/spec/selector')
    const pinned = applyPatch(service(), pin(service(), 'abc', 'shop-7', 'shop'))
    expect(() => applyPatch(changed, unpin(pinned))).toThrow('/spec/selector')
  })

  it('does not take the marks off a Service that was pinned meanwhile', () => {
    const held = applyPatch(service(), pin(service(), 'abc', 'shop-7', 'shop'))
    const unpinned = { ...held, spec: service().spec }
    const later = { ...held, metadata: { ...held.metadata, resourceVersion: '2' } }
    expect(() => applyPatch(later, unpin(unpinned))).toThrow('resourceVersion')
  })

  it('does not take the mark of another run off', () => {
    const pinned = applyPatch(service(), pin(service(), 'abc', 'shop-7', 'shop'))
    const later = applyPatch(pinned, pin(pinned, 'abc', 'shop-8', 'shop'))
    expect(() => applyPatch(later, unpin(pinned))).toThrow('serin.dev~1run')
  })
})

describe("the canary's Service", () => {
  const rollout = { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', name: 'shop', uid: 'u1' }
  const make = (root: KubeObject) => canaryService({ root, name: 'shop-canary', hash: 'def', rollout, runId: 'shop-7' })

  it('serves the same ports for the other version, and nothing outside the cluster', () => {
    const root = service({
      type: 'LoadBalancer',
      selector: { app: 'shop', 'pod-template-hash': 'abc' },
      ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c', nodePort: 30_001 }],
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      externalIPs: ['1.2.3.4'],
      healthCheckNodePort: 30_002,
      loadBalancerClass: 'x',
      internalTrafficPolicy: 'Local',
      publishNotReadyAddresses: true,
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    })
    expect(make(root).spec).toEqual({
      type: 'ClusterIP',
      selector: { app: 'shop', 'pod-template-hash': 'def' },
      ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      ipFamilyPolicy: 'PreferDualStack',
      ipFamilies: ['IPv4', 'IPv6'],
    })
  })

  it('belongs to the Rollout and bears no mark by which another tool would take it for its own', () => {
    const labels = {
      app: 'shop',
      'app.kubernetes.io/name': 'shop',
      'app.kubernetes.io/instance': 'shop',
      'app.kubernetes.io/managed-by': 'Helm',
      'helm.sh/chart': 'shop-1',
      'argocd.argoproj.io/instance': 'shop',
      'kustomize.toolkit.fluxcd.io/name': 'shop',
      'serin.dev/run': 'shop-6',
    }
    const annotations = {
      'argocd.argoproj.io/tracking-id': 'x',
      'meta.helm.sh/release-name': 'x',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'external-dns.alpha.kubernetes.io/hostname': 'x',
      'traefik.ingress.kubernetes.io/service.serversscheme': 'https',
    }
    expect(make(service({}, { labels, annotations })).metadata).toEqual({
      name: 'shop-canary',
      namespace: 'web',
      labels: { app: 'shop', 'app.kubernetes.io/name': 'shop', ...marks },
      annotations: { 'traefik.ingress.kubernetes.io/service.serversscheme': 'https' },
      ownerReferences: [{ ...rollout, controller: true, blockOwnerDeletion: false }],
    })
  })
})

describe('its name', () => {
  it('is the plain one where that fits', () => {
    expect(canaryServiceName('shop', 'canary')).toBe('shop-canary')
    expect(canaryServiceName('s'.repeat(56), 'canary')).toBe(`${'s'.repeat(56)}-canary`)
  })

  it('is always a valid name, the same each time, its own for each long root', () => {
    const label = fc.stringMatching(/^[a-z]([-a-z0-9]{50,61}[a-z0-9])$/)
    fc.assert(
      fc.property(label, label, fc.constantFrom('canary', 'baseline'), (one, other, suffix) => {
        expect(canaryServiceName(one, suffix)).toMatch(/^[a-z][-a-z0-9]{0,61}[a-z0-9]$/)
        expect(canaryServiceName(one, suffix)).toBe(canaryServiceName(one, suffix))
        if (one !== other) expect(canaryServiceName(one, suffix)).not.toBe(canaryServiceName(other, suffix))
      }),
    )
    const long = 'a'.repeat(62)
    expect(canaryServiceName(`${long}a`, 'canary')).not.toBe(canaryServiceName(`${long}b`, 'canary'))
  })
})
