import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../../../sandbox/src/sandbox.ts'
import type { Obj } from '../../../../sandbox/src/types.ts'
import { systemClock } from '../../clock.ts'
import { kubeClient } from '../../kube/client.ts'
import { silentLog } from '../../kube/log.ts'
import type { HttpRequest, Transport } from '../../kube/types.ts'
import { createApp } from '../app.ts'
import type { Caller, Parts } from '../parts.ts'

const tokens = { anna: { username: 'anna', groups: ['system:masters'] }, vera: { username: 'vera', groups: [] } }
let sandbox: Sandbox
const as = (token: string): Transport => ({
  send: ({ watch: _, ...request }: HttpRequest) =>
    sandbox.handle({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } as Record<string, string> }),
  close: async () => {},
})
const client = (token: string) => kubeClient(as(token), { fieldManager: 'test' })

const parts = {
  client: client('anna'),
  transport: as('anna'),
  releases: {
    get: () => undefined,
    all: () => [],
    synced: async () => {},
    isSynced: () => true,
    onChange: () => () => {},
    stop: async () => {},
  },
  authority: {
    may: async ({ username }) => ({ allowed: username === 'anna' }),
    as: ({ person }) => client(person.username),
  },
  clock: systemClock,
  log: silentLog,
  options: { installation: 'Test', teamLabel: 'team', readOnly: false },
  demo: {
    namespace: 'shop',
    services: ['web'],
    images: (name, version) => ({ good: [`${name}:v1`, `${name}:v2`], broken: [`${name}:v3`], slow: [`${name}:v4`] })[version],
  },
} satisfies Parts

function ask(user: string, method: 'GET' | 'POST', url: string, payload?: object, given: Parts = parts) {
  const app = createApp(given)
  app.addHook('onRequest', async (request) => {
    const caller: Caller = { person: { username: user, groups: [] }, credentials: { by: 'token', token: user }, method: 'demo', csrf: '' }
    request.caller = caller
  })
  return app.inject({ method, url, ...(payload ? { payload } : {}) })
}

const image = () => sandbox.api.get('apps/v1', 'Deployment', 'shop', 'web')?.spec.template.spec.containers[0].image

beforeEach(() => {
  sandbox = createSandbox({ tokens })
  sandbox.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } as Obj['metadata'] })
  const labels = { app: 'web' }
  sandbox.api.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' } as Obj['metadata'],
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:v1' }] } },
    },
  })
})

afterEach(() => sandbox.stop())

test('what can be shipped is told with what is there, and whether the person may', async () => {
  const told = await ask('anna', 'GET', '/api/v1/demo')
  expect(told.json()).toEqual({
    services: [{ namespace: 'shop', name: 'web', image: 'web:v1' }],
    versions: ['good', 'slow', 'broken'],
    allowed: true,
  })
  const other = await ask('vera', 'GET', '/api/v1/demo')
  expect(other.json()).toMatchObject({ allowed: false, because: 'This needs the verb patch on deployments.apps in namespace shop.' })
})

test('a good version is another one than is there; a broken one is the broken one', async () => {
  const ship = (version: string) => ask('anna', 'POST', '/api/v1/demo/ship', { service: 'web', version })
  expect((await ship('good')).json()).toEqual({ service: 'web', image: 'web:v2' })
  expect(image()).toBe('web:v2')
  await ship('good')
  expect(image()).toBe('web:v1')
  await ship('broken')
  expect(image()).toBe('web:v3')
})

test('who may not change Deployments ships nothing, and reads which verb is missing', async () => {
  const refused = await ask('vera', 'POST', '/api/v1/demo/ship', { service: 'web', version: 'good' })
  expect(refused.statusCode).toBe(403)
  expect(refused.json()).toMatchObject({
    code: 'SERIN-403-VERB',
    missing: { verb: 'patch', resource: 'deployments.apps', namespace: 'shop' },
  })
  expect(image()).toBe('web:v1')
})

test('what is not of the demo cannot be shipped', async () => {
  expect((await ask('anna', 'POST', '/api/v1/demo/ship', { service: 'kube-dns', version: 'good' })).statusCode).toBe(404)
  expect((await ask('anna', 'POST', '/api/v1/demo/ship', { service: 'web', version: 'worst' })).statusCode).toBe(400)
})

test('where there is no demo there are no such addresses', async () => {
  const { demo: _, ...rest } = parts
  expect((await ask('anna', 'GET', '/api/v1/demo', undefined, rest)).statusCode).toBe(404)
  expect((await ask('anna', 'POST', '/api/v1/demo/ship', { service: 'web', version: 'good' }, rest)).statusCode).toBe(404)
})
