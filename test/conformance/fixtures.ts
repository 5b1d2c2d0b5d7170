import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { type ApiClient, apply, type Json, succeed } from '../cluster/apiClient.ts'
import { testUsers } from '../cluster/users.ts'
import { pathOfObject } from './resource.ts'
import type { Target } from './target.ts'

async function documents(name: string, rewrite = (text: string) => text): Promise<Json[]> {
  const text = await readFile(join(import.meta.dirname, 'fixtures', name), 'utf8')
  return parseAllDocuments(rewrite(text)).map((document) => document.toJS())
}

/** The policies under another domain and names: they do not meet those of an installed controller. */
function policies(): Promise<Json[]> {
  return documents('policies.yaml', (text) =>
    text.replaceAll('serin.dev', 'gate.example.com').replaceAll('serin-', 'gate-').replaceAll("'SERIN'", `'${testUsers.serin.username}'`),
  )
}

/** Ordinary people and the controller may work on workloads; verbs on rollouts are given by single cases. */
const roles: Json[] = [
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'conformance-developer' },
    rules: [
      { apiGroups: [''], resources: ['services', 'pods'], verbs: ['*'] },
      { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
      { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['*'] },
      { apiGroups: ['gate.example.com'], resources: ['rolloutcommands'], verbs: ['create', 'get'] },
    ],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'conformance-developer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'conformance-developer' },
    subjects: [
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'developers' },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'on-call' },
      { kind: 'ServiceAccount', name: 'serin', namespace: 'serin-system' },
    ],
  },
]

/** Puts kinds, policies and roles into the cluster and waits until they are in force. Safe to run twice. Gives back what takes them all away again: the cluster may be others' afterwards. */
export async function installFixtures(target: Target): Promise<() => Promise<void>> {
  const admin = target.client('admin')
  const definitions = [...(await documents('widgets.yaml')), ...(await documents('gate.yaml'))]
  const objects = [...definitions, ...(await policies()), ...roles]
  for (const object of objects) await apply(admin, pathOfObject(object, ''), object)
  for (const { spec } of definitions) await until(target, `${spec.names.plural} are served`, () => served(admin, spec))
  await until(target, 'policies are in force', () => inForce(admin))
  return async () => {
    for (const object of objects) await succeed(admin, { method: 'DELETE', path: pathOfObject(object, '') })
  }
}

async function served(admin: ApiClient, spec: Json): Promise<boolean> {
  return (await admin.send({ method: 'GET', path: `/apis/${spec.group}/${spec.versions[0].name}/${spec.names.plural}` })).status === 200
}

const gates = ['mutatingadmissionpolicies', 'validatingadmissionpolicies']

/** A policy acts a moment after it is written: asked by dry runs that each of them would change or refuse. */
async function inForce(admin: ApiClient): Promise<boolean> {
  for (const plural of gates) {
    const { items } = await succeed(admin, { method: 'GET', path: `/apis/admissionregistration.k8s.io/v1/${plural}` })
    if (!items.some((item: Json) => item.metadata.name.startsWith('gate-'))) return false
  }
  const command = {
    apiVersion: 'gate.example.com/v1alpha1',
    kind: 'RolloutCommand',
    metadata: { name: 'probe' },
    spec: { rollout: 'probe', action: 'promote' },
  }
  const path = '/apis/gate.example.com/v1alpha1/namespaces/default/rolloutcommands?dryRun=All'
  const stamped = await admin.send({ method: 'POST', path, body: command })
  return stamped.status === 201 && stamped.json.spec.requestedBy?.username === 'admin'
}

async function until(target: Target, what: string, ask: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (await ask()) return
    await target.pass(50)
  }
  throw new Error(`not within 30 s: ${what}`)
}
