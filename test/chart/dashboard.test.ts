import { describe, expect, test } from 'vitest'
import { dashboardImpersonation } from '../../controller/src/api/rights.ts'
import { parseDashboardFlags } from '../../controller/src/dashboardFlags.ts'
import type { Json } from '../cluster/apiClient.ts'
import { everything } from './everything.ts'
import { ofKind, rendered, template, the } from './helm.ts'

const name = 'serin-dashboard'
const ours = async (values: object = {}, rest: object = {}) =>
  (await rendered({ values, ...rest })).filter(({ metadata }) => metadata.name.includes('dashboard') && metadata.labels)
const argsOf = async (values: object = {}): Promise<string[]> => the(await ours(values), 'Deployment').spec.template.spec.containers[0].args

test('without a value it is there, inside the cluster only, with a token as the way in', async () => {
  const objects = await ours()
  expect(objects.map(({ kind }) => kind).sort()).toEqual([
    'ClusterRole',
    'ClusterRoleBinding',
    'Deployment',
    'PodDisruptionBudget',
    'Secret',
    'Service',
    'ServiceAccount',
  ])
  const { spec } = the(objects, 'Deployment')
  expect(spec.replicas).toBe(1)
  expect(spec.template.spec.serviceAccountName).toBe(name)
  expect(await argsOf()).toEqual([
    '/serin/dashboard.mjs',
    '--team-label=app.kubernetes.io/part-of',
    '--log-level=info',
    '--session-keys-file=/etc/serin/session/keys',
    '--session-idle=2h',
    '--session-lifetime=12h',
  ])
  const service = the(objects, 'Service').spec
  expect(service.type).toBe('ClusterIP')
  expect(service.selector).toEqual(spec.selector.matchLabels)
  expect(the(objects, 'PodDisruptionBudget').spec.selector.matchLabels).toEqual(spec.selector.matchLabels)
  expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels)
})

test('its Service and that of the controller lead to different pods', async () => {
  const [one, other] = ofKind(await rendered(), 'Service').map(({ spec }) => spec.selector['app.kubernetes.io/component'])
  expect([one, other].sort()).toEqual(['controller', 'dashboard'])
})

test('all its arguments are flags that it has, and mean what the values say', async () => {
  for (const values of [{}, everything, { watchNamespace: 'shop' }]) {
    const [, ...args] = await argsOf(values)
    expect(parseDashboardFlags(args)).toMatchObject({ do: 'run' })
  }
  const [, ...args] = await argsOf(everything)
  expect(parseDashboardFlags(args)).toMatchObject({
    flags: {
      installation: 'the blue one',
      origin: 'https://serin.example.org',
      readOnly: true,
      tokenLogin: false,
      oidcIssuer: 'https://id.example.org',
      oidcScopes: ['email', 'groups'],
      oidcUsernameClaim: 'email',
      oidcGroupsPrefix: 'oidc:',
      oidcUseToken: true,
      proxyFrom: ['10.3.0.0/16'],
      impersonateUsers: ['anna', 'ben'],
      impersonateGroups: ['release-managers'],
    },
  })
})

test('every file that an argument names is in a volume that is mounted', async () => {
  const { containers, volumes } = the(await ours(everything), 'Deployment').spec.template.spec
  const [{ args, env, volumeMounts }] = containers
  const told = [...args, ...env.map(({ name, value }: { name: string; value: string }) => `${name}=${value}`)]
  const files = told.flatMap((text: string) => /=(\/etc\/serin\/.*)$/.exec(text)?.[1] ?? [])
  expect(files).toHaveLength(6)
  for (const file of files) {
    const mount = volumeMounts.find(({ mountPath }: { mountPath: string }) => file.startsWith(`${mountPath}/`))
    expect(mount).toMatchObject({ readOnly: true })
    expect(volumes.map((volume: { name: string }) => volume.name)).toContain(mount.name)
  }
})

test('the keys of sessions are 32 random bytes, or those of a Secret that is there', async () => {
  const keys = async () => Buffer.from(the(await ours(), 'Secret').data.keys, 'base64').toString()
  const [one, other] = [await keys(), await keys()]
  expect(Buffer.from(one, 'base64')).toHaveLength(32)
  expect(one).not.toBe(other)
  expect(ofKind(await ours(everything), 'Secret')).toEqual([])
})

test('an Ingress and an HTTPRoute lead to its Service', async () => {
  const objects = await ours(everything)
  expect(the(objects, 'Ingress').spec).toEqual({
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'serin.example.org',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { name: 'http' } } } }] },
      },
    ],
    tls: [{ secretName: 'serin-tls', hosts: ['serin.example.org'] }],
  })
  expect(the(objects, 'HTTPRoute').spec).toMatchObject({
    parentRefs: everything.dashboard.httpRoute.parentRefs,
    rules: [{ backendRefs: [{ name, port: 80 }] }],
  })
})

test('the network policy lets in who may open the page and who may ask for metrics, and out to the login', async () => {
  const { ingress, egress } = the(await ours(everything), 'NetworkPolicy').spec
  expect(ingress).toEqual([
    { ports: [{ port: 8081 }], from: everything.dashboard.networkPolicy.from },
    { ports: [{ port: 8080 }], from: [everything.networkPolicy.metricsFrom[0], { podSelector: expect.anything() }] },
  ])
  expect(egress.at(-1)).toEqual(everything.dashboard.networkPolicy.egress[0])
})

describe('whom it may act for', () => {
  const { users, groups } = everything.dashboard.impersonate
  const rulesNamed = (objects: Json[], suffix: string) =>
    objects.find(({ rules, metadata }) => rules && metadata.name.endsWith(suffix))?.rules
  const { identities, actions, plain } = dashboardImpersonation({ users, groups })
  const values = { dashboard: { impersonate: { users, groups } } }

  test('from Kubernetes 1.36 on: these people, and as they only what is created in their name', async () => {
    const objects = await ours(values)
    expect(rulesNamed(objects, '-impersonation')).toEqual(identities.map(({ rule }) => rule))
    expect(rulesNamed(objects, '-actions')).toEqual(actions.map(({ rule }) => rule))
  })

  test('before, and where it is switched off: these people', async () => {
    const older = await ours(values, { flags: ['--kube-version', '1.35.0'] })
    const off = await ours({ dashboard: { impersonate: { users, groups, constrained: false } } })
    for (const objects of [older, off]) {
      expect(rulesNamed(objects, '-impersonation')).toEqual(plain.map(({ rule }) => rule))
      expect(rulesNamed(objects, '-actions')).toBeUndefined()
    }
  })

  test('nobody without a name', async () => {
    const objects = await ours()
    expect(rulesNamed(objects, '-impersonation')).toBeUndefined()
    expect(rulesNamed(objects, '-actions')).toBeUndefined()
  })
})

test('for one namespace, it looks at that one and has rights there', async () => {
  const objects = await ours({ watchNamespace: 'team-a' }, { namespace: 'team-a' })
  expect(the(objects, 'Role').metadata.namespace).toBe('team-a')
  expect(await argsOf({ watchNamespace: 'team-a' })).toContain('--namespace=team-a')
})

test('it can be left out, with everything that is its own', async () => {
  expect(await ours({ dashboard: { enabled: false } })).toEqual([])
})

describe('values that contradict each other are refused with what to write', () => {
  test.each([
    [{ oidc: { issuer: 'https://id.example.org', clientId: 'serin' } }, 'dashboard.oidc needs dashboard.origin'],
    [{ oidc: { issuer: 'https://id.example.org' }, origin: 'https://serin.example.org' }, 'dashboard.oidc.clientId is needed'],
    [{ proxy: { from: ['10.0.0.0/8'] } }, 'dashboard.proxy needs both'],
    [{ tokenLogin: false }, 'nobody could log in'],
    [{ ingress: { enabled: true } }, 'dashboard.ingress.host is needed'],
    [{ httpRoute: { enabled: true } }, 'dashboard.httpRoute.parentRefs is needed'],
    [{ impersonate: { groups: ['sre'] } }, 'name the users'],
    [{ impersonate: { users: ['system:admin'] } }, "system:admin is a name of Kubernetes' own"],
    [{ origin: 'https://example.org/serin' }, 'origin'],
    [{ replica: 2 }, 'replica'],
  ])('%j', async (dashboard, because) => {
    const { code, stderr } = await template({ values: { dashboard, crds: { install: false } } })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(because) })
  })
})
