import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { kinds } from '../../controller/src/api/kinds.ts'
import { policies } from '../../controller/src/api/policies.ts'
import { everything } from './everything.ts'
import { chart, helm, ofKind, rendered, template, the } from './helm.ts'

const args = (deployment: { spec: { template: { spec: { containers: { args: string[] }[] } } } }) =>
  deployment.spec.template.spec.containers[0]?.args ?? []

test.each([3, 4] as const)('helm %i lints it, with nothing and with everything set', async (version) => {
  for (const values of [{}, everything]) {
    const { code, stdout } = await helm(['lint', '--strict', chart, '--values', '-'], { version, input: JSON.stringify(values) })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('0 chart(s) failed') })
  }
})

test('helm 3 and helm 4 render the same', async () => {
  const [three, four] = await Promise.all([rendered({ values: everything, version: 3 }), rendered({ values: everything, version: 4 })])
  const sorted = (objects: object[]) => objects.map((object) => JSON.stringify(object)).sort()
  expect(sorted(three)).toEqual(sorted(four))
})

test('without a value: two replicas of one controller that watches everything, and a dashboard, with their accounts, rights and policies', async () => {
  const objects = await rendered()
  const there = Object.entries(Object.groupBy(objects, ({ kind }) => kind)).map(([kind, list]) => `${kind} ${list?.length}`)
  expect(there.sort()).toEqual([
    'ClusterRole 7',
    'ClusterRoleBinding 4',
    'Deployment 2',
    'Job 1',
    'MutatingAdmissionPolicy 4',
    'MutatingAdmissionPolicyBinding 4',
    'Pod 1',
    'PodDisruptionBudget 2',
    'Role 1',
    'RoleBinding 1',
    'Secret 1',
    'Service 2',
    'ServiceAccount 3',
    'ValidatingAdmissionPolicy 4',
    'ValidatingAdmissionPolicyBinding 4',
  ])
  const deployment = the(objects, 'Deployment', 'serin')
  expect(deployment.spec).toMatchObject({ replicas: 2, template: { spec: { serviceAccountName: 'serin' } } })
  expect(deployment.spec.template.spec.containers[0].image).toBe('serin:0.1.0')
  expect(args(deployment)).toEqual(['/serin/controller.mjs', '--gate=auto', '--workers=10', '--log-level=info'])
  expect(the(objects, 'Service', 'serin').spec.selector).toEqual(deployment.spec.selector.matchLabels)
  expect(the(objects, 'PodDisruptionBudget', 'serin').spec.selector.matchLabels).toEqual(deployment.spec.selector.matchLabels)
})

test('what is set reaches the pods', async () => {
  const [first, second] = ofKind(await rendered({ values: everything }), 'Deployment').filter(
    ({ metadata }) => !metadata.name.endsWith('dashboard'),
  )
  expect([first.metadata.name, second.metadata.name]).toEqual(['serin-0', 'serin-1'])
  expect(second.spec.selector.matchLabels).not.toEqual(first.spec.selector.matchLabels)
  const { metadata, spec } = second.spec.template
  expect(args(second)).toEqual([
    '/serin/controller.mjs',
    '--shard=1/2',
    '--gate=auto',
    '--workers=10',
    '--log-level=info',
    '--source-allow=10.0.0.0/8',
    '--source-allow=192.168.0.0/16',
    '--source-deny=10.1.0.0/16',
    '--context=x',
  ])
  expect(metadata).toMatchObject({ labels: { mesh: 'off', owner: 'platform', 'serin.dev/shard': '1' }, annotations: { note: 'a' } })
  expect(spec).toMatchObject({
    imagePullSecrets: [{ name: 'registry' }],
    priorityClassName: 'system-cluster-critical',
    nodeSelector: everything.nodeSelector,
    tolerations: everything.tolerations,
    affinity: everything.affinity,
    volumes: everything.extraVolumes,
    topologySpreadConstraints: [
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: second.spec.selector.matchLabels } },
    ],
  })
  expect(spec.containers[0]).toMatchObject({
    image: `serin@${everything.image.digest}`,
    volumeMounts: everything.extraVolumeMounts,
    env: [{ name: 'POD_NAME' }, { name: 'POD_NAMESPACE' }, { name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
  })
})

test('extra objects are templates, as objects and as text', async () => {
  const names = ofKind(await rendered({ values: everything }), 'ConfigMap').map(({ metadata }) => metadata.name)
  expect(names.sort()).toEqual(['serin-dashboard', 'serin-extra', 'serin-text'])
})

test('the network policy lets in who may ask, and out to DNS, the API server and the sources that are named', async () => {
  const { ingress, egress } = the(await rendered({ values: everything }), 'NetworkPolicy', 'serin').spec
  expect(ingress).toEqual([
    { ports: [{ port: 8080 }], from: [everything.networkPolicy.metricsFrom[0], { podSelector: { matchLabels: expect.anything() } }] },
  ])
  expect(egress).toEqual([
    {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    },
    { to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }], ports: [{ port: 443 }, { port: 6443 }] },
    everything.networkPolicy.sources[0],
  ])
})

describe('policies', () => {
  const isPolicy = ({ kind }: { kind: string }) => kind.includes('AdmissionPolicy')
  const plain = (objects: { metadata: { name: string } }[]) =>
    objects.map(({ metadata, ...rest }) => ({ name: metadata.name, ...rest })).sort((a, b) => (a.name < b.name ? -1 : 1))

  test('are those that the controller generates for this account, name and namespace', async () => {
    const objects = await rendered({ values: { watchNamespace: 'shop' }, release: 'blue', namespace: 'blue-system' })
    const wanted = policies({
      serinUser: 'system:serviceaccount:blue-system:blue-serin',
      name: 'blue-serin-blue-system',
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
    })
    expect(plain(objects.filter(isPolicy))).toEqual(plain(wanted))
  })

  test('carry the label by which the controller finds them', async () => {
    const hold = the(await rendered(), 'MutatingAdmissionPolicy', 'hold-deployments')
    expect(hold.metadata.labels).toMatchObject({ 'serin.dev/policy': 'hold-deployments', 'app.kubernetes.io/part-of': 'serin' })
  })

  test('look at the namespaces that are chosen', async () => {
    const namespaceSelector = { matchExpressions: [{ key: 'team', operator: 'Exists' }] }
    const objects = await rendered({ values: { policies: { namespaceSelector } } })
    for (const { spec } of objects.filter(({ kind }) => /AdmissionPolicy$/.test(kind)))
      expect(spec.matchConstraints.namespaceSelector).toEqual(namespaceSelector)
  })

  const v1beta1 = ['--api-versions', 'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy']
  test.each([
    ['1.36', ['--kube-version', '1.36.2'], 'auto', ['v1', 'v1']],
    ['1.35 where v1beta1 is switched on', ['--kube-version', '1.35.0', ...v1beta1], 'auto', ['v1', 'v1beta1']],
    ['1.35', ['--kube-version', '1.35.0'], 'auto', ['v1']],
    ['1.35, in any case', ['--kube-version', '1.35.0'], true, ['v1', 'v1']],
    ['1.36, left out', ['--kube-version', '1.36.2'], false, []],
  ])('on Kubernetes %s', async (_, flags, install, versions) => {
    const objects = (await rendered({ values: { policies: { install } }, flags })).filter(isPolicy)
    const of = (kind: string) => [...new Set(ofKind(objects, kind).map(({ apiVersion }) => apiVersion.split('/')[1]))]
    expect([...of('ValidatingAdmissionPolicy'), ...of('MutatingAdmissionPolicy')]).toEqual(versions)
    expect(of('MutatingAdmissionPolicyBinding')).toEqual(of('MutatingAdmissionPolicy'))
  })

  test('where nothing can hold, those stay that guard commands, runs and analyses', async () => {
    const objects = await rendered({ flags: ['--kube-version', '1.30.0'] })
    const names = (kind: string) => ofKind(objects, kind).map(({ metadata }) => metadata.name)
    expect(names('ValidatingAdmissionPolicy')).toEqual(['serin-may-command', 'serin-run-guard', 'serin-analysis-guard'])
    expect(names('ValidatingAdmissionPolicyBinding')).toEqual(names('ValidatingAdmissionPolicy'))
  })
})

test('a second release shares no name with the first, and no lease', async () => {
  const name = ({ kind, metadata }: { kind: string; metadata: { name: string; namespace?: string } }) =>
    `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
  const one = (await rendered()).map(name)
  const two = await rendered({ release: 'other' })
  const mine = await rendered({ namespace: 'team-a', values: { watchNamespace: 'team-a' } })
  expect([...two, ...mine].map(name).filter((each) => one.includes(each))).toEqual([])
  expect(args(the(two, 'Deployment', 'serin'))).toContain('--lease-name=other-serin')
})

test('in namespaced mode no right reaches another namespace but to read cluster kinds of Serin, the policies and labels of namespaces, and to ask what people may', async () => {
  const objects = await rendered({ namespace: 'team-a', values: { watchNamespace: 'team-a' } })
  const bound = ofKind(objects, 'ClusterRoleBinding').map(({ roleRef }) => the(objects, 'ClusterRole', roleRef.name))
  const resources = bound.flatMap(({ rules }) => rules.flatMap(({ resources }: { resources: string[] }) => resources))
  expect(
    resources.filter(
      (resource) => !/^cluster|^mutatingadmissionpolicies$|^customresourcedefinitions$|^namespaces$|^subjectaccessreviews$/.test(resource),
    ),
  ).toEqual([])
  for (const kind of ['Role', 'RoleBinding']) for (const { metadata } of ofKind(objects, kind)) expect(metadata.namespace).toBe('team-a')
  expect(args(the(objects, 'Deployment', 'serin'))).toContain('--namespace=team-a')
})

test('analysis rights are bound where they are given, and nowhere else', async () => {
  const objects = await rendered({ values: everything })
  const bindings = objects.filter(({ roleRef }) => roleRef?.name === 'serin-analysis')
  expect(bindings.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(['RoleBinding serin-system', 'RoleBinding shop'])
  expect(
    (await rendered()).filter(({ metadata }) => metadata.name.includes('analysis-rights') || metadata.name === 'serin-analysis'),
  ).toEqual([])
})

test('the kinds are those that are generated, and stay when the release goes', async () => {
  const definitions = ofKind(await rendered({ values: { crds: { install: true } } }), 'CustomResourceDefinition')
  expect(definitions.length).toBe(kinds.length)
  for (const { metadata, spec } of definitions) {
    expect(metadata.annotations['helm.sh/resource-policy']).toBe('keep')
    const generated = parse(await readFile(join(chart, `files/crds/serin.dev_${spec.names.plural}.yaml`), 'utf8'))
    expect(spec).toEqual(generated.spec)
  }
  const loose = ofKind(await rendered({ values: { crds: { install: true, keep: false } } }), 'CustomResourceDefinition')
  for (const { metadata } of loose) expect(metadata.annotations?.['helm.sh/resource-policy']).toBeUndefined()
})

test('the guard of uninstalling can be left out', async () => {
  const hooks = async (values: object) =>
    (await rendered({ values })).filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-delete').map(({ kind }) => kind)
  expect(await hooks({})).toEqual(['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Job'])
  expect(await hooks({ watchNamespace: 'shop' })).toEqual(['ServiceAccount', 'Role', 'RoleBinding', 'Job'])
  expect(await hooks({ uninstall: { force: true } })).toEqual([])
})

test.each([
  [{ replcas: 3 }, 'replcas'],
  [{ image: { tga: 'v1' } }, 'tga'],
  [{ metrics: { dashboard: { enable: true } } }, 'enable'],
  [{ gate: 'off' }, 'gate'],
  [{ shards: 0 }, 'shards'],
  [{ image: { digest: 'abc' } }, 'digest'],
])('%j is refused with the name of the field, by both helms', async (values, name) => {
  for (const version of [3, 4] as const) {
    const { code, stderr } = await template({ values, version })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(name) })
  }
})

test('a chart that has this one as a part may pass global values', async () => {
  expect((await template({ values: { global: { registry: 'x' }, crds: { install: false } } })).code).toBe(0)
})
