import { expect, test } from 'vitest'
import type { KubeObject } from '../kube/types.ts'
import { argoApi } from './argo.ts'
import { strategyOf, templatesIn } from './strategy.ts'

const argo: KubeObject = {
  apiVersion: argoApi,
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', labels: { team: 'shop' } },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    strategy: {
      canary: {
        stableService: 'web',
        canaryService: 'web-canary',
        analysis: { templates: [{ templateName: 'errors' }] },
        trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web' } } },
        steps: [{ setWeight: 20 }, { pause: {} }],
      },
    },
  },
}

const template: KubeObject = {
  apiVersion: argoApi,
  kind: 'AnalysisTemplate',
  metadata: { name: 'errors', namespace: 'shop' },
  spec: {
    metrics: [
      {
        name: 'errors',
        interval: '1m',
        successCondition: 'result[0] < 0.05',
        provider: { prometheus: { address: 'http://prometheus:9090', query: 'sum(rate(errors[1m]))' } },
      },
    ],
  },
}

test('the strategy and its templates become objects of Serin, without a Deployment', () => {
  const { rollout, others } = strategyOf(argo, [template])
  expect(rollout.spec).toMatchObject({
    workload: { kind: 'Deployment', name: 'web' },
    service: 'web',
    traffic: { routes: [{ kind: 'HTTPRoute', name: 'web' }] },
    canary: { steps: [{ weight: 20 }, { pause: {} }] },
    analysis: { templates: [{ name: 'errors' }] },
  })
  expect(others.map(({ kind }) => kind)).toContain('AnalysisTemplate')
  expect(others.map(({ kind }) => kind)).not.toContain('Deployment')
})

test('what puts the Rollout to sleep is no part of the translation', () => {
  const record = { version: 1, at: '2026-01-01T00:00:00Z', observed: '1', set: 'web-1', hash: '1', services: {}, routes: {}, scalers: {} }
  const metadata = {
    ...argo.metadata,
    labels: { team: 'shop', 'argo-rollouts.argoproj.io/controller-instance-id': 'serin-migration' },
    annotations: { 'serin.dev/migration': JSON.stringify(record) },
  }
  const asleep = { ...argo, metadata, spec: { ...(argo.spec as object), paused: true } }
  expect(strategyOf(asleep, [template])).toEqual(strategyOf({ ...argo, metadata: { ...argo.metadata, annotations: {} } }, [template]))
})

test('templates are found in every analysis, steps included', () => {
  const steps = [{ analysis: { templates: [{ templateName: 'a' }, { templateName: 'b', clusterScope: true }] } }]
  expect(templatesIn({ strategy: { canary: { steps } } })).toEqual([
    { name: 'a', cluster: false },
    { name: 'b', cluster: true },
  ])
})
