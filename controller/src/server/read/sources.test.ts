import { expect, test } from 'vitest'
import type { KubeObject } from '../../kube/types.ts'
import { sourceItems } from './sources.ts'

const source = (name: string, spec: unknown, status?: unknown, kind = 'MetricSource'): KubeObject => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind,
  metadata: { name, ...(kind === 'MetricSource' ? { namespace: 'shop' } : {}) },
  spec,
  ...(status === undefined ? {} : { status }),
})

test('of an address only the host is shown: never a user, a password, a path or a query', () => {
  const [item] = sourceItems([
    source('main', { prometheus: { url: 'https://anna:secret@prometheus.shop:9090/tenant/key-1?token=hidden' } }),
  ])
  expect(item).toMatchObject({
    type: 'prometheus',
    address: 'prometheus.shop:9090',
    health: 'Unknown',
    scope: 'Namespace',
    namespace: 'shop',
  })
  expect(JSON.stringify(item)).not.toMatch(/secret|hidden|key-1|anna/)
})

test('keys of products are not shown, nor what names them; an address that is none is left out', () => {
  const items = sourceItems([
    source('dog', { datadog: { site: 'datadoghq.eu', apiKeyRef: { name: 'keys', key: 'api' }, appKeyRef: { name: 'keys', key: 'app' } } }),
    source('odd', { web: { url: 'not an address' } }, undefined, 'ClusterMetricSource'),
    source('none', undefined),
  ])
  expect(items.map(({ name, type, address, scope }) => [name, type, address, scope])).toEqual([
    ['odd', 'web', undefined, 'Cluster'],
    ['dog', 'datadog', 'datadoghq.eu', 'Namespace'],
    ['none', 'unknown', undefined, 'Namespace'],
  ])
  expect(JSON.stringify(items)).not.toContain('keys')
})

test('those that do not answer come first', () => {
  const status = (state: string) => ({
    state,
    message: `it is ${state}`,
    since: '2026-01-01T00:00:00Z',
    lastAnswer: '2026-01-01T00:00:00Z',
  })
  const items = sourceItems([
    source('a', { web: { url: 'http://a' } }, status('Ready')),
    source('b', { web: { url: 'http://b' } }, status('Down')),
    source('c', { web: { url: 'http://c' } }, status('Failing')),
    source('d', { web: { url: 'http://d' } }, status('Unused')),
  ])
  expect(items.map(({ name, health }) => `${name} ${health}`)).toEqual(['b Down', 'c Down', 'a Up', 'd Unknown'])
})
