import { expect, test } from 'vitest'
import type { Json } from '../cluster/apiClient.ts'
import { everything } from './everything.ts'
import { ofKind, rendered } from './helm.ts'

const objects = Promise.all([rendered(), rendered({ values: everything }), rendered({ values: { watchNamespace: 'shop' } })]).then((all) =>
  all.flat(),
)

function podsOf(objects: readonly Json[]): Json[] {
  return objects.flatMap(({ kind, spec }) => (kind === 'Pod' ? [spec] : ['Deployment', 'Job'].includes(kind) ? [spec.template.spec] : []))
}

test('no rule of any role holds a wildcard, and none is empty', async () => {
  const rules = (await objects).flatMap(({ rules }) => rules ?? [])
  expect(rules.length).toBeGreaterThan(50)
  for (const rule of rules) {
    expect(JSON.stringify(rule)).not.toContain('*')
    for (const list of [rule.apiGroups, rule.resources, rule.verbs]) expect(list.length).toBeGreaterThan(0)
  }
})

test('Secrets can be read only by name, only in namespaces that were named', async () => {
  const withSecrets = (await objects).filter(({ rules }) => rules?.some(({ resources }: Json) => resources.includes('secrets')))
  for (const { metadata, rules } of withSecrets) {
    expect(metadata.name).toBe('serin-analysis')
    expect(rules.find(({ resources }: Json) => resources.includes('secrets')).verbs).toEqual(['get'])
  }
  const bindings = ofKind(await objects, 'ClusterRoleBinding').map(({ roleRef }) => roleRef.name)
  expect(bindings).not.toContain('serin-analysis')
})

test('every pod meets the Pod Security Standard "restricted", writes nowhere and has its own account', async () => {
  const pods = podsOf(await objects)
  expect(pods.length).toBe(13)
  for (const { securityContext, containers, volumes = [], hostNetwork, hostPID, hostIPC } of pods) {
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } })
    expect([hostNetwork, hostPID, hostIPC]).toEqual([undefined, undefined, undefined])
    for (const volume of volumes) expect(volume).not.toHaveProperty('hostPath')
    for (const container of containers) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      expect(container.resources).toMatchObject({ requests: expect.anything(), limits: { memory: expect.anything() } })
      for (const { hostPort } of container.ports ?? []) expect(hostPort).toBeUndefined()
    }
  }
})

test('whoever holds impersonation holds it for names, none of which is of Kubernetes itself', async () => {
  const rules = (await objects).flatMap(({ rules }) => rules ?? []).filter(({ verbs }) => /^impersonate/.test(verbs[0]))
  expect(rules.map(({ resources, verbs, resourceNames }) => [resources.join(), verbs.join(), resourceNames])).toEqual([
    ['users', 'impersonate:user-info', ['anna', 'ben']],
    ['groups', 'impersonate:user-info', ['release-managers']],
    ['rolloutcommands', 'impersonate-on:user-info:create', undefined],
    ['analysisruns', 'impersonate-on:user-info:create', undefined],
    ['notifiers,clusternotifiers', 'impersonate-on:user-info:patch', undefined],
  ])
})

test('the dashboard changes nothing by its own rights but the questions it asks', async () => {
  const all = await objects
  const bound = [...ofKind(all, 'ClusterRoleBinding'), ...ofKind(all, 'RoleBinding')].filter(({ subjects }) =>
    subjects.some(({ name }: Json) => name === 'serin-dashboard'),
  )
  expect(bound.length).toBeGreaterThan(3)
  const rules = bound.flatMap(
    ({ roleRef }) => all.find(({ kind, metadata }) => kind === roleRef.kind && metadata.name === roleRef.name)?.rules,
  )
  const writes = rules.filter(({ verbs }) => verbs.some((verb: string) => !/^(get|list|watch|impersonate)/.test(verb)))
  for (const { resources, verbs } of writes) expect([resources, verbs]).toEqual([['subjectaccessreviews'], ['create']])
})

test('tokens are mounted only into pods that speak to the API server, never by the account', async () => {
  for (const account of ofKind(await objects, 'ServiceAccount')) expect(account.automountServiceAccountToken).toBe(false)
  for (const pod of podsOf(await objects)) expect(pod.automountServiceAccountToken).toBe(pod.serviceAccountName !== undefined)
})
