import { expect, test } from 'vitest'
import { KubeError, unreachable } from '../kube/errors.ts'
import { explainFailure, isPassing } from './kubeErrors.ts'

const cluster = { server: 'https://cluster.test:6443' }
const explained = (error: unknown) => explainFailure(error, cluster)
const answered = (status: number, message: string) => new KubeError({ status, reason: 'X', message })

test('a right that is missing in all namespaces asks for a right in all', () => {
  const error = explained(answered(403, 'pods is forbidden: User "anna" cannot list resource "pods" in API group "" at the cluster scope'))
  expect(error?.message).toBe('anna may not list pods in all namespaces (https://cluster.test:6443)')
  expect(error?.advice.join()).toContain('create clusterrole serin-list --verb=list --resource=pods,')
})

test.each([
  [unreachable(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), false), 'connection refused'],
  [unreachable(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), false), 'connection refused'],
  [unreachable(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), false), 'cannot be found'],
  [unreachable(Object.assign(new Error('x'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }), false), 'is not trusted'],
  [unreachable(Object.assign(new Error('x'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), false), 'is not trusted'],
  [unreachable(Object.assign(new Error('x'), { code: 'UND_ERR_CONNECT_TIMEOUT' }), false), 'UND_ERR_CONNECT_TIMEOUT'],
  [unreachable(new Error('closed'), false), 'no answer from the API server'],
  [answered(401, 'Unauthorized'), 'does not accept your credentials'],
  [answered(429, 'slow down'), 'too busy'],
  [answered(500, 'etcd'), 'failed (500): etcd'],
  [answered(404, 'not found'), 'Serin is not installed there'],
])('%s', (error, words) => {
  const { message = '', code } = explained(error) ?? {}
  expect(message).toContain(words)
  expect(message).toContain(cluster.server)
  expect(code).toBe(3)
})

test('a refusal of the content is the answer of the cluster: exit code 1', () => {
  expect(explained(answered(422, 'spec.action: Unsupported value'))).toMatchObject({
    code: 1,
    message: expect.stringContaining('Unsupported value'),
  })
})

test('what is no failure of the cluster is not explained away', () => {
  expect(explained(new TypeError('x'))).toBeUndefined()
})

test('only what may pass is tried again', () => {
  expect([answered(503, ''), answered(429, ''), unreachable(new Error(''), false)].map(isPassing)).toEqual([true, true, true])
  expect([answered(403, ''), answered(404, ''), new TypeError('x')].map(isPassing)).toEqual([false, false, false])
})
