import { describe, expect, onTestFinished, test } from 'vitest'
import { createSandbox } from '../../../../sandbox/src/sandbox.ts'
import type { Obj } from '../../../../sandbox/src/types.ts'
import { virtualClock as sandboxClock } from '../../../../sandbox/src/virtualClock.ts'
import { crdOf } from '../../api/crd.ts'
import { apiVersion, rolloutKind } from '../../api/rollout.ts'
import type { Transport } from '../../kube/types.ts'
import { catalogueOf } from './catalogue.ts'
import { followReleases } from './releases.ts'

const token = 'secret'

async function start(namespace?: string) {
  const clock = sandboxClock()
  const sandbox = createSandbox({ clock, tokens: { [token]: { username: 'serin', groups: ['system:masters'] } } })
  const { api } = sandbox
  api.create(crdOf(rolloutKind) as unknown as Partial<Obj>)
  for (const name of ['shop', 'mail']) {
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } as Obj['metadata'] })
    const object = {
      apiVersion,
      kind: 'Rollout',
      metadata: { name: 'web', namespace: name, labels: { team: 'blue' } },
      spec: { workload: { name: 'web' } },
    }
    api.create(object as unknown as Partial<Obj>)
  }
  const headers = { authorization: `Bearer ${token}` }
  const transport: Transport = { send: ({ watch: _, ...request }) => sandbox.handle({ ...request, headers }), close: async () => {} }
  const releases = followReleases({
    transport,
    clock,
    random: () => 0.5,
    teamLabel: 'team',
    ...(namespace === undefined ? {} : { namespace }),
  })
  await clock.advance(100)
  await releases.synced()
  const told: string[] = []
  releases.onChange(({ release, gone }) => {
    told.push(`${release.namespace}/${release.name} ${gone ? 'gone' : (release.attention?.kind ?? release.phase)}`)
  })
  onTestFinished(async () => {
    const stopped = releases.stop()
    await clock.advance(1_000)
    await stopped
    sandbox.stop()
    sandbox.server.stop()
  })
  const setStatus = async (status: object) => {
    api.patch(
      { apiVersion, kind: 'Rollout', namespace: 'shop', name: 'web' },
      { type: 'merge', body: { status } },
      { subresource: 'status' },
    )
    await clock.advance(100)
  }
  const settling = () => ({
    phase: 'Progressing',
    message: 'the native rolling update goes on',
    conditions: [
      { type: 'Ready', status: 'False', reason: 'Settling', message: '', lastTransitionTime: new Date(clock.now()).toISOString() },
    ],
  })
  return { clock, sandbox, api, releases, told, setStatus, settling }
}

describe('the releases that a server follows', () => {
  test('are those of the cluster, with what changes among them', async () => {
    const { clock, api, releases, told, setStatus } = await start()
    expect([...releases.all()].map(({ namespace, team }) => [namespace, team])).toEqual([
      ['mail', 'blue'],
      ['shop', 'blue'],
    ])
    await setStatus({ phase: 'Healthy', message: 'it serves' })
    expect(releases.get('shop', 'web')).toMatchObject({ phase: 'Healthy', message: 'it serves' })
    api.delete({ apiVersion, kind: 'Rollout', namespace: 'mail', name: 'web' })
    await clock.advance(100)
    expect(releases.get('mail', 'web')).toBeUndefined()
    expect(told).toEqual(['shop/web Healthy', 'mail/web gone'])
  })
  test('are those of a namespace, if it is told one', async () => {
    expect([...(await start('mail')).releases.all()].map(({ namespace }) => namespace)).toEqual(['mail'])
  })
  test('need somebody by the passing of time alone, once', async () => {
    const { clock, releases, told, setStatus, settling } = await start()
    await setStatus(settling())
    await clock.advance(9 * 60_000)
    expect(releases.get('shop', 'web')?.attention).toBeUndefined()
    await clock.advance(120_000)
    expect(releases.get('shop', 'web')?.attention).toMatchObject({ kind: 'Stuck' })
    await clock.advance(600_000)
    expect(told).toEqual(['shop/web Progressing', 'shop/web Stuck'])
  })
  test('need nobody for what went on in the meantime', async () => {
    const { clock, told, setStatus, settling } = await start()
    await setStatus(settling())
    await setStatus({ phase: 'Healthy', message: '' })
    await clock.advance(1_200_000)
    expect(told).toEqual(['shop/web Progressing', 'shop/web Healthy'])
  })
  test('stay known, and go on, when the API server starts anew', async () => {
    const { clock, sandbox, releases, told, setStatus } = await start()
    sandbox.server.restart(500)
    await clock.advance(5_000)
    expect(releases.get('shop', 'web')).toBeDefined()
    await setStatus({ phase: 'Healthy', message: '' })
    await clock.advance(60_000)
    expect(told).toEqual(['shop/web Healthy'])
  })
  test('stand in order, and their namespaces are known as long as they have any', async () => {
    const { clock, api, releases } = await start()
    const catalogue = catalogueOf(releases)
    expect([...catalogue.namespaces()].sort()).toEqual(['mail', 'shop'])
    api.delete({ apiVersion, kind: 'Rollout', namespace: 'mail', name: 'web' })
    await clock.advance(100)
    expect([...catalogue.namespaces()]).toEqual(['shop'])
    expect(catalogue.in('name').map(({ key }) => key)).toEqual(['shop/web'])
    expect(catalogueOf(releases)).toBe(catalogue)
  })
})
