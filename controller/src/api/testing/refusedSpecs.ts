/** Specs with the right shape that a rule refuses; between them they break every rule of the kind at least once. */
const workload = { name: 'web' }
export const refusedSpecs: Record<string, unknown> = {
  'canary and blueGreen': { workload, service: 'web', canary: {}, blueGreen: {} },
  'blueGreen without service': { workload, blueGreen: {} },
  'routes without service': { workload, traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] } },
  'preview is the service': { workload, service: 'web', blueGreen: { previewService: 'web' } },
  'a workload not guarded yet': { workload: { kind: 'StatefulSet', name: 'web' } },
  'a route without a router': { workload, service: 'web', traffic: { routes: [{ kind: 'Ingress', name: 'web' }] } },
  'no time to verify': { workload, traffic: { verify: { timeout: '0s' } } },
  'no time to progress': { workload, progressDeadline: '0h0m0s' },
  'ramp and steps': { workload, canary: { ramp: {}, steps: [{ weight: 5 }] } },
  'a fresh baseline': { workload, canary: { baseline: 'fresh' } },
  'a step of nothing': { workload, canary: { steps: [{}] } },
  'a step of two keys': { workload, canary: { steps: [{ weight: 5, pause: {} }] } },
  'a size of nothing': { workload, canary: { steps: [{ scale: {} }] } },
  'two sizes': { workload, canary: { steps: [{ scale: { replicas: 1, percent: 5 } }] } },
}
