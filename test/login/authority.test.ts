import { afterEach, expect, test } from 'vitest'
import { askForTest } from '../../controller/src/api/notifierTest.ts'
import type { Caller, Person } from '../../controller/src/server/parts.ts'
import { refusalOf } from '../../controller/src/server/problems.ts'
import { type Bench, type BenchOptions, bench } from './bench.ts'
import { people, tokenOf } from './people.ts'
import { putRelease } from './world.ts'

let open: Bench[] = []
afterEach(async () => {
  await Promise.all(open.map((one) => one.stop()))
  open = []
})
async function given(options: BenchOptions = {}): Promise<Bench> {
  const made = await bench(options)
  open.push(made)
  return made
}
const caller = (person: Person, credentials: Caller['credentials']): Caller => ({ person, credentials, method: 'oidc', csrf: '' })
const impersonated = (person: Person) => caller(person, { by: 'impersonation' })
const { uid: _, ...anna } = people.approver

const command = (action = 'promote', namespace = 'shop') => ({
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'RolloutCommand',
  metadata: { name: `${action}-web`, namespace },
  spec: { rollout: 'web', action },
})
/** The code of what went wrong, and its words. */
async function refusal(does: () => Promise<unknown>): Promise<string> {
  try {
    await does()
  } catch (error) {
    const { code, message } = refusalOf(error)
    return `${code} ${message}`
  }
  throw new Error('it was not refused')
}
const stampOf = (object: { spec?: unknown }) => (object.spec as { requestedBy: unknown }).requestedBy

test('a command is made as the person, by his token or by impersonation, and stamped with his name', async () => {
  const { parts, asked } = await given()
  const byToken = await parts.authority
    .as(caller(people.approver, { by: 'token', token: tokenOf('approver') }), 'request-1')
    .create(command())
  expect(stampOf(byToken)).toMatchObject({ username: 'anna', groups: ['approvers', 'system:authenticated'], uid: 'uid-anna' })
  const actedFor = await parts.authority
    .as(impersonated({ ...anna, groups: ['approvers', 'viewers'] }), 'request-2')
    .create(command('abort'))
  expect(stampOf(actedFor)).toMatchObject({ username: 'anna', groups: ['approvers', 'viewers', 'system:authenticated'] })
  const [first, second] = asked
    .filter(({ request }) => request.method === 'POST')
    .map(({ by, request }) => ({ by, headers: request.headers }))
  expect(first).toMatchObject({ by: 'nobody', headers: { authorization: `Bearer ${tokenOf('approver')}`, 'audit-id': 'request-1' } })
  expect(first?.headers).not.toHaveProperty('impersonate-user')
  expect(second).toMatchObject({
    by: 'the server',
    headers: { 'impersonate-user': 'anna', 'impersonate-group': ['approvers', 'viewers'], 'audit-id': 'request-2' },
  })
  expect(second?.headers?.['user-agent']).toMatch(/^serin-dashboard\/\d/)
})

test('who lacks the verb is refused by the cluster, in its words', async () => {
  const { parts } = await given()
  for (const credentials of [{ by: 'token', token: tokenOf('approver') }, { by: 'impersonation' }] as const) {
    const client = parts.authority.as(caller(anna, credentials), 'r')
    expect(await refusal(() => client.create(command('undo')))).toMatch(
      /^SERIN-403-VERB .*anna may not undo rollout web: needs the verb undo/,
    )
    expect(await refusal(() => client.create(command('promote', 'garden')))).toMatch(
      /^SERIN-403-VERB .*cannot create resource "rolloutcommands"/,
    )
  }
})

test('the server by itself creates nothing, and acts for nobody whom it was not given, nor for more than commands', async () => {
  const { parts } = await given()
  expect(await refusal(() => parts.client.create(command()))).toMatch(/serin-dashboard" cannot create resource "rolloutcommands"/)
  const { uid: __, ...sam } = people.stranger
  expect(await refusal(() => parts.authority.as(impersonated(sam), 'r').create(command()))).toMatch(
    /^SERIN-403-IMPERSONATION .*"sam" is forbidden/,
  )
  expect(await refusal(() => parts.authority.as(impersonated({ ...anna, groups: ['payroll'] }), 'r').create(command()))).toMatch(
    /^SERIN-403-IMPERSONATION .*"payroll"/,
  )
  const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' }
  expect(await refusal(() => parts.authority.as(impersonated(anna), 'r').delete(pod))).toMatch(
    /impersonate-on:user-info:delete resource "pods"/,
  )
  expect(await refusal(() => parts.client.get({ ...pod, kind: 'Secret' }))).toMatch(/cannot get resource "secrets"/)
})

test('a test of a Notifier is asked for as the person, who needs the right to patch it; nothing else is patched so', async () => {
  const { parts, sandbox } = await given()
  putRelease(sandbox)
  const notifier = { apiVersion: 'serin.dev/v1alpha1', kind: 'Notifier', namespace: 'shop', name: 'web' }
  const asks = () => askForTest(parts.authority.as(impersonated(anna), 'r'), notifier)
  expect(await refusal(asks)).toMatch(/^SERIN-403-VERB .*"anna" cannot patch resource "notifiers"/)
  const apiGroup = 'rbac.authorization.k8s.io'
  const metadata = { name: 'testers', namespace: 'shop' }
  const rules = [{ apiGroups: ['serin.dev'], resources: ['notifiers', 'rollouts'], verbs: ['patch'] }]
  const subjects = [{ apiGroup, kind: 'User', name: 'anna' }]
  sandbox.api.create({ apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules } as never)
  const roleRef = { apiGroup, kind: 'Role', name: 'testers' }
  sandbox.api.create({ apiVersion: `${apiGroup}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects } as never)
  const id = await asks()
  expect((await parts.client.get(notifier))?.metadata.annotations).toEqual({ 'serin.dev/test': id })
  expect(await refusal(() => askForTest(parts.authority.as(impersonated(anna), 'r'), { ...notifier, kind: 'Rollout' }))).toMatch(
    /impersonate-on:user-info:patch resource "rollouts"/,
  )
  expect(await refusal(() => askForTest(parts.client, notifier))).toMatch(/serin-dashboard" cannot patch resource "notifiers"/)
})

test('nobody is acted for who is a part of Kubernetes, or whose name no header can carry', async () => {
  const { parts, asked } = await given({ actsFor: { users: ['anna'], groups: [] } })
  for (const person of [
    { username: 'system:admin', groups: [] },
    { username: 'SYSTEM:serviceaccount:serin-system:serin', groups: [] },
    { username: 'anna', groups: ['system:masters'] },
    { username: 'anna', groups: ['approvers', 'System:Nodes'] },
    { username: 'anna\r\nimpersonate-group: system:masters', groups: [] },
    { username: 'anna', groups: ['a\nb'] },
    { username: 'anna', groups: ['a\u0000'] },
    { username: '', groups: [] },
    { username: 'x'.repeat(2_000), groups: [] },
    { username: ' system:admin', groups: [] },
    { username: 'anna', groups: [], uid: 'a\rb' },
  ])
    expect(await refusal(async () => parts.authority.as(impersonated(person), 'r').create(command()))).toMatch(
      /^SERIN-403-IMPERSONATION This server acts for people, and/,
    )
  expect(asked.filter(({ request }) => request.method !== 'GET')).toEqual([])
})

test("a server that only shows makes no request in anybody's name", async () => {
  const { parts } = await given({ server: { readOnly: true } })
  expect(await refusal(async () => parts.authority.as(impersonated(anna), 'r'))).toMatch(/^SERIN-403-READONLY/)
})

test('a server that is nobody in person does nothing as itself', async () => {
  const { parts } = await given()
  expect(await refusal(async () => parts.authority.as(caller(anna, { by: 'own' }), 'r'))).toMatch(/^SERIN-403-IMPERSONATION/)
})

test('a right is asked once at a time, counts ten seconds, and its absence three', async () => {
  const b = await given()
  const wanted = { verb: 'promote', group: 'serin.dev', resource: 'rollouts', namespace: 'shop', name: 'web' }
  const may = (person: Person, verb = 'promote') => b.parts.authority.may(person, { ...wanted, verb })
  const questions = () => b.asked.filter(({ request }) => request.path.includes('subjectaccessreviews')).length
  const answers = await Promise.all(Array.from({ length: 30 }, () => may(people.approver)))
  expect([answers.every(({ allowed }) => allowed), questions()]).toEqual([true, 1])
  b.sandbox.api.delete({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', namespace: 'shop', name: 'approvers' })
  b.pass(9)
  expect((await may(people.approver)).allowed).toBe(true)
  b.pass(2)
  expect((await may(people.approver)).allowed).toBe(false)
  expect(questions()).toBe(2)
  await may(people.approver)
  b.pass(4)
  await may(people.approver)
  expect(questions()).toBe(3)
})

test('equal names with other groups are other people, and a server that does not answer is no right', async () => {
  const b = await given()
  const wanted = { verb: 'promote', group: 'serin.dev', resource: 'rollouts', namespace: 'shop' }
  const allowed = async (groups: string[]) => (await b.parts.authority.may({ username: 'anna', groups }, wanted)).allowed
  expect([await allowed(['approvers']), await allowed([]), await allowed(['viewers'])]).toEqual([true, false, false])
  b.sandbox.server.stop()
  b.pass(11)
  expect(await refusal(() => allowed(['approvers']))).toMatch(/^SERIN-502-CLUSTER/)
})
