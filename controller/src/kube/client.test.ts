import { describe, expect, test } from 'vitest'
import { kubeClient } from './client.ts'
import { discover } from './discovery.ts'
import { KubeError } from './errors.ts'
import { status } from './testing/apiServer.ts'
import { virtualClock } from './testing/virtualClock.ts'
import type { HttpRequest, Transport } from './types.ts'

/** A transport that answers by a function, cutting the body into small pieces, and remembers what it was asked. */
function answering(answer: (request: HttpRequest) => { code?: number; body: unknown; headers?: Record<string, string> }) {
  const requests: HttpRequest[] = []
  const transport: Transport = {
    async send(request) {
      requests.push(request)
      const { code = 200, body, headers = {} } = answer(request)
      const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
      async function* pieces() {
        for (let i = 0; i < bytes.length; i += 7) yield bytes.subarray(i, i + 7)
      }
      return { status: code, headers, body: pieces() }
    },
    close: async () => {},
  }
  return { requests, transport, client: kubeClient(transport, { fieldManager: 'serin' }) }
}

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const stored = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop', annotations: { note: 'grün ✓' } } }

async function failure(promise: Promise<unknown>): Promise<KubeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof KubeError)) throw new Error(`no KubeError: ${String(error)}`)
  return error
}

describe('requests', () => {
  test('each verb speaks as the API wants it', async () => {
    const { client, requests } = answering(() => ({ body: stored }))
    await client.get(deployment)
    await client.create({ ...stored, spec: { a: 1 } }, { dryRun: true })
    await client.apply({ ...stored, spec: { a: 1 } }, { force: true, subresource: 'status' })
    await client.patch(deployment, [{ op: 'remove', path: '/spec' }], { subresource: 'scale' })
    await client.merge(deployment, { spec: null })
    await client.delete(deployment, { uid: 'u', resourceVersion: '7', propagation: 'Foreground' })
    const path = '/apis/apps/v1/namespaces/shop/deployments'
    expect(requests.map((request) => `${request.method} ${request.path} ${request.headers?.['content-type'] ?? ''}`)).toEqual([
      `GET ${path}/web `,
      `POST ${path}?fieldManager=serin&dryRun=All application/json`,
      `PATCH ${path}/web/status?fieldManager=serin&force=true application/apply-patch+yaml`,
      `PATCH ${path}/web/scale?fieldManager=serin application/json-patch+json`,
      `PATCH ${path}/web?fieldManager=serin application/merge-patch+json`,
      `DELETE ${path}/web application/json`,
    ])
    expect(JSON.parse(requests[5]?.body ?? '')).toMatchObject({
      kind: 'DeleteOptions',
      preconditions: { uid: 'u', resourceVersion: '7' },
      propagationPolicy: 'Foreground',
    })
  })
  test('core, cluster-scoped and nameless kinds have their own paths', async () => {
    const { client, requests } = answering(() => ({ body: stored }))
    await client.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' })
    await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' })
    await client.get({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', name: 'envoy' })
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', metadata: { name: '' } }
    await client.create(review)
    expect(requests.map((request) => request.path.split('?')[0])).toEqual([
      '/api/v1/namespaces/shop/pods/a',
      '/api/v1/namespaces/shop',
      '/apis/gateway.networking.k8s.io/v1/gatewayclasses/envoy',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    ])
  })
  test('text in any language survives being cut anywhere', async () => {
    const { client } = answering(() => ({ body: stored }))
    expect(await client.get(deployment)).toEqual(stored)
  })
  test('a list is read page by page, and its items say what they are', async () => {
    const { client, requests } = answering((request) =>
      request.path.includes('continue=next')
        ? { body: { metadata: {}, items: [{ metadata: { name: 'b' } }] } }
        : { body: { metadata: { continue: 'next' }, items: [{ metadata: { name: 'a' } }] } },
    )
    const found = await client.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace: 'shop', labelSelector: 'a=b,c' })
    expect(found).toEqual(['a', 'b'].map((name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } })))
    expect(requests[0]?.path).toBe('/apis/apps/v1/namespaces/shop/deployments?labelSelector=a%3Db%2Cc&limit=500')
  })
})

describe('failures', () => {
  test('an object that is not there is undefined on get and nothing to delete', async () => {
    const { client } = answering(() => ({ code: 404, body: status(404, 'NotFound', 'no') }))
    expect(await client.get(deployment)).toBeUndefined()
    await client.delete(deployment)
    expect(await failure(client.merge(deployment, {}))).toMatchObject({ notFound: true, status: 404 })
  })
  const patch = [{ op: 'test' as const, path: '/metadata/resourceVersion', value: '1' }]
  const failedTest = status(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
  const badField = status(422, 'Invalid', 'spec.replicas is negative', {
    causes: [{ field: 'spec.replicas', reason: 'FieldValueInvalid' }],
  })
  test('a failed test of a JSON Patch is a conflict', async () => {
    const { client } = answering(() => ({ code: 422, body: failedTest }))
    expect(await failure(client.patch(deployment, patch))).toMatchObject({ conflict: true, invalid: false })
  })
  test('a 422 that names a field, or of a patch without a test, is not', async () => {
    const fields = answering(() => ({ code: 422, body: badField })).client
    expect(await failure(fields.patch(deployment, patch))).toMatchObject({ conflict: false, invalid: true })
    const plain = answering(() => ({ code: 422, body: failedTest })).client
    expect(await failure(plain.patch(deployment, [{ op: 'remove', path: '/spec' }]))).toMatchObject({ conflict: false, invalid: true })
  })
  test('409 tells a conflict from a name that is taken', async () => {
    const reasons = ['Conflict', 'AlreadyExists']
    const { client } = answering(() => ({ code: 409, body: status(409, reasons.shift() ?? '', 'no') }))
    expect(await failure(client.create(stored))).toMatchObject({ conflict: true, alreadyExists: false })
    expect(await failure(client.create(stored))).toMatchObject({ conflict: false, alreadyExists: true })
  })
  test('what is no Status keeps the code and the first words', async () => {
    const { client } = answering(() => ({ code: 503, body: 'upstream is away', headers: { 'retry-after': '120' } }))
    expect(await failure(client.list(deployment))).toMatchObject({
      status: 503,
      reason: 'ServiceUnavailable',
      message: 'upstream is away',
      retryAfterSeconds: 120,
      transient: true,
    })
  })
  test('an answer that is no JSON object, and no answer at all, have status 0', async () => {
    const { client } = answering(() => ({ body: 'null' }))
    expect(await failure(client.get(deployment))).toMatchObject({ status: 0, reason: 'Undecipherable', transient: false })
    const silent: Transport = { send: () => Promise.reject(new Error('connect ECONNREFUSED')), close: async () => {} }
    expect(await failure(kubeClient(silent, { fieldManager: 'x' }).get(deployment))).toMatchObject({
      status: 0,
      reason: 'Unreachable',
      transient: true,
    })
  })
  test('a kind nobody knows fails with UnknownKind, before anything is sent', async () => {
    const { client, requests } = answering(() => ({ body: stored }))
    expect(await failure(client.get({ apiVersion: 'example.dev/v1', kind: 'Thing', name: 'a' }))).toMatchObject({ reason: 'UnknownKind' })
    expect(requests).toEqual([])
  })
})

describe('discovery', () => {
  const served: Record<string, unknown> = {
    '/apis/example.dev': { versions: [{ version: 'v1' }, { version: 'v2' }, { version: 'v1alpha1' }], preferredVersion: { version: 'v2' } },
    '/apis/example.dev/v2': { resources: [{ name: 'others', kind: 'Other', namespaced: false }] },
    '/apis/example.dev/v1': {
      resources: [
        { name: 'things/status', kind: 'Thing', namespaced: true },
        { name: 'things', kind: 'Thing', namespaced: true },
      ],
    },
    '/api/v1': { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] },
  }
  function cluster() {
    const clock = virtualClock()
    let broken = false
    const { transport, requests } = answering(({ path }) => {
      if (broken) return { code: 500, body: status(500, 'InternalError', 'no') }
      const body = served[path]
      return body ? { body } : { code: 404, body: status(404, 'NotFound', 'no') }
    })
    const set = (value: boolean) => {
      broken = value
    }
    return { clock, requests, transport, discovery: discover(transport, { clock }), set }
  }
  test('finds the preferred version that has the kind', async () => {
    const { discovery } = cluster()
    expect(await discovery.versions('example.dev')).toEqual(['v2', 'v1', 'v1alpha1'])
    const thing = { group: 'example.dev', version: 'v1', kind: 'Thing', plural: 'things', namespaced: true }
    expect(await discovery.newest('example.dev', 'Thing')).toEqual(thing)
    expect(await discovery.newest('absent.dev', 'Thing')).toBeUndefined()
    expect(await discovery.type('v1', 'Pod')).toMatchObject({ group: '', plural: 'pods' })
  })
  test('asks once for each group until it forgets, and never remembers a failure', async () => {
    const { discovery, requests, clock, set } = cluster()
    set(true)
    await failure(discovery.type('v1', 'Pod'))
    set(false)
    await discovery.type('v1', 'Pod')
    await discovery.type('v1', 'Service')
    expect(requests).toHaveLength(2)
    await clock.advance(300_001)
    await discovery.type('v1', 'Pod')
    discovery.forget()
    await discovery.type('v1', 'Pod')
    expect(requests).toHaveLength(4)
  })
  test('tells a client what its table does not know', async () => {
    const { transport, requests, discovery } = cluster()
    const client = kubeClient(transport, { fieldManager: 'x', discovery })
    await client.get({ apiVersion: 'example.dev/v1', kind: 'Thing', namespace: 'shop', name: 'a' })
    expect(requests.at(-1)?.path).toBe('/apis/example.dev/v1/namespaces/shop/things/a')
  })
})
