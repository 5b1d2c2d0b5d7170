import { expect, test } from 'vitest'
import { kinds } from './kinds.ts'
import { actionVerbs, dashboardImpersonation, type RightsName, rights, rulesOf } from './rights.ts'
import { rightsTable } from './rightsTable.ts'
import { group } from './rollout.ts'

const names = Object.keys(rights) as RightsName[]
const everyRule = names.flatMap(rulesOf)
/** Who may what on a resource by a list, with the lists that it contains once Kubernetes has gathered them. */
const verbsOf = (resource: string, ...lists: RightsName[]): string[] =>
  lists.flatMap(rulesOf).flatMap(({ resources, verbs }) => (resources.includes(resource) ? verbs : []))

test('no rule has a wildcard', () => {
  const words = everyRule.flatMap((rule) => Object.values(rule as unknown as Record<string, string[]>).flat())
  expect(words.length).toBeGreaterThan(50)
  expect(words.filter((word) => word.includes('*'))).toEqual([])
})

test('no rule says a thing twice, and every one says what it is for', () => {
  for (const { why, rule } of Object.values(rights).flat()) {
    expect(why).toMatch(/^[A-Z].*\.$/)
    for (const words of Object.values(rule as unknown as Record<string, string[]>)) expect(new Set(words).size).toBe(words.length)
  }
})

test('people see every kind, and nobody is given a status to write', () => {
  const seen = rulesOf('view').flatMap(({ resources }) => resources)
  expect(seen.sort()).toEqual(kinds.map(({ plural }) => plural).sort())
  const people = (['view', 'edit', 'admin'] as const).flatMap(rulesOf)
  expect(people.flatMap(({ resources }) => resources).filter((resource) => resource.includes('/'))).toEqual([])
  expect(people.every(({ apiGroups }) => apiGroups.join() === group)).toBe(true)
})

test('who edits holds no action, and cannot blind or feed the judge of a run; an administrator holds every action', () => {
  expect(actionVerbs).toContain('approve')
  expect(verbsOf('rollouts', 'view', 'edit').filter((verb) => actionVerbs.includes(verb))).toEqual([])
  expect(verbsOf('rollouts', 'admin').sort()).toEqual([...actionVerbs].sort())
  expect(verbsOf('rolloutcommands', 'view', 'edit', 'admin').sort()).toEqual(['create', 'get', 'list', 'watch'])
  expect(verbsOf('metricsources', 'edit')).toEqual([])
  expect(verbsOf('notifiers', 'edit')).toEqual([])
  expect(verbsOf('notifications', 'edit', 'admin')).toEqual([])
  expect(verbsOf('analysisruns', 'edit')).toEqual(['create'])
  for (const cluster of ['clusteranalysistemplates', 'clustermetricsources']) expect(verbsOf(cluster, 'edit', 'admin')).toEqual([])
})

test('Secrets and Jobs are in the one list that is bound namespace by namespace', () => {
  const lists = names.filter((name) => rulesOf(name).some(({ resources }) => resources.includes('secrets') || resources.includes('jobs')))
  expect(lists).toEqual(['analysis'])
  expect(verbsOf('secrets', 'analysis')).toEqual(['get'])
})

test('the reference page has a row for every rule', () => {
  const rows = rightsTable()
    .split('\n')
    .filter((line) => /^\| `/.test(line))
  expect(rows).toHaveLength(everyRule.length)
})

test('the dashboard reads and asks, and holds nothing else', () => {
  const verbs = rulesOf('dashboard').flatMap(({ resources, verbs }) => resources.flatMap((one) => verbs.map((verb) => `${verb} ${one}`)))
  const changes = verbs.filter((line) => !/^(get|list|watch) /.test(line))
  expect(changes).toEqual(['create subjectaccessreviews'])
  expect(verbs.filter((line) => /secret|configmap|token|impersonate/.test(line))).toEqual([])
})

test('the dashboard acts for named people, creates two kinds as they, and asks for tests', () => {
  const { identities, actions, plain } = dashboardImpersonation({ users: ['anna'], groups: ['shop'] })
  expect(identities.map(({ rule }) => rule)).toEqual([
    { apiGroups: ['authentication.k8s.io'], resources: ['users'], verbs: ['impersonate:user-info'], resourceNames: ['anna'] },
    { apiGroups: ['authentication.k8s.io'], resources: ['groups'], verbs: ['impersonate:user-info'], resourceNames: ['shop'] },
  ])
  expect(actions.map(({ rule }) => rule)).toEqual([
    { apiGroups: [group], resources: ['rolloutcommands'], verbs: ['impersonate-on:user-info:create'] },
    { apiGroups: [group], resources: ['analysisruns'], verbs: ['impersonate-on:user-info:create'] },
    { apiGroups: [group], resources: ['notifiers', 'clusternotifiers'], verbs: ['impersonate-on:user-info:patch'] },
  ])
  expect(plain.every(({ rule }) => rule.resourceNames?.length === 1 && rule.verbs.join() === 'impersonate')).toBe(true)
  for (const whom of [
    { users: [], groups: ['shop'] },
    { users: ['system:admin'], groups: [] },
    { users: ['anna'], groups: ['System:Masters'] },
    { users: ['*'], groups: [] },
  ])
    expect(() => dashboardImpersonation(whom)).toThrow(/the dashboard/)
})
