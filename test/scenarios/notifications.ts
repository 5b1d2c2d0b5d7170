import { verify } from '../../controller/src/notify/targets/webhook.ts'
import { sourceObject } from '../dsl/evidence.ts'
import { arrived, arrives, notifierObject } from '../dsl/news.ts'
import { twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { serin } from '../dsl/serin.ts'
import { told, Unexpected } from '../dsl/world.ts'

/** Who is told what of a release. */
export const notifications: Scenario[] = [
  scenario('a release that waits for approval and is promoted is told once each, signed', async ({ given, when, then, world }) => {
    await world.api.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hooks' }, stringData: { key: 'very secret' } })
    const url = 'http://hooks.test/team'
    await given.shopWithRoute({ canary: twentyThenAsk })
    await world.api.create(
      notifierObject('team', { webhook: { url, hmacSecretRef: { name: 'hooks', key: 'key' } }, link: 'https://serin.example.com' }),
    )
    await when.timePasses(1_000)
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await arrives(world, 'team', ['WaitingForApproval'])
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await arrives(world, 'team', ['WaitingForApproval', 'Promoted'])
    const [asked] = world.cluster.network?.hook.asked ?? []
    if (!asked || !verify('very secret', asked.headers, asked.body, world.cluster.clock.now())) throw new Unexpected(told(asked))
    const [first] = arrived(world, 'team')
    if (first?.headers['serin-delivery'] !== first?.delivery || first?.body.run !== 1 || !first.body.link.endsWith('/shop'))
      throw new Unexpected(told(first))
    await world.expect('the Notifier to say so', async () => {
      const { status } = (await world.api.get('Notifier', 'team')) ?? {}
      return status?.lastSentAt && status.pending === 0 && status.conditions[0]?.status === 'True' ? undefined : told(status)
    })
    const objects = told([await world.api.list('Notifier'), await world.api.list('Notification')])
    if (objects.includes('very secret') || world.controllers.log.some((line) => line.includes('very secret')))
      throw new Unexpected('a secret is shown')
  }),

  scenario('a version that is aborted, and its end, go to whoever wants them; a target that is down keeps back nobody', async (story) => {
    const { given, when, then, world } = story
    const everywhere = `all-${world.namespace}`
    await given.shopWithRoute({ canary: twentyThenAsk })
    await world.api.create(notifierObject('course', { events: ['RunStarted', 'Aborted'] }))
    await world.api.create(notifierObject('others', { rollouts: { names: ['another'] } }))
    await world.api.create(notifierObject('lost', { webhook: { url: 'http://nobody.test/' } }))
    await world.api.create(notifierObject(everywhere, { namespaces: [world.namespace], events: ['Aborted'] }, 'ClusterNotifier'))
    try {
      await when.timePasses(1_000)
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('abort')
      await then.lastRunWas('Aborted')
      await arrives(world, 'course', ['RunStarted', 'Aborted'])
      await arrives(world, everywhere, ['Aborted'])
      await arrives(world, 'others', [])
      await world.expect('the lost one to say so', async () => {
        const { status } = (await world.api.get('Notifier', 'lost')) ?? {}
        return status?.pending === 2 && /nobody\.test/.test(status.lastError?.message ?? '') ? undefined : told(status)
      })
      await world.expect('the other to say so', async () => {
        const { status } = (await world.api.get('ClusterNotifier', everywhere)) ?? {}
        return status?.lastSentAt ? undefined : told(status)
      })
    } finally {
      await world.api.delete('ClusterNotifier', everywhere)
    }
  }),

  scenario('a test message says whether its target takes it', async ({ given, world }) => {
    await given.deployment()
    await world.api.create(notifierObject('team'))
    await world.api.create(notifierObject('lost', { webhook: { url: 'http://nobody.test/' } }))
    const asked = async (name: string) => {
      const { code, said } = await serin(world, ['notify', 'test', name, '--wait', '0s'])
      if (code !== 0) throw new Unexpected(said)
      await world.expect(`an answer of ${name}`, async () => {
        const { status } = (await world.api.get('Notifier', name)) ?? {}
        return status?.test && status.test.result !== 'Sending' ? undefined : told(status)
      })
      return (await world.api.get('Notifier', name))?.status.test
    }
    const good = await asked('team')
    if (good.result !== 'Sent') throw new Unexpected(told(good))
    const bad = await asked('lost')
    if (bad.result !== 'Failed' || !bad.message.includes('nobody.test')) throw new Unexpected(told(bad))
    if (arrived(world, 'team').length !== 1) throw new Unexpected(told(arrived(world, 'team')))
  }),

  scenario('a version that was rolled back, and that the Rollout is well again', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await world.api.create(notifierObject('team'))
    await world.api.create(notifierObject('bad-only', { events: ['RolledBack'] }))
    await when.timePasses(1_000)
    await when.imageBecomes('unready')
    await then.lastRunWas('RolledBack')
    await arrives(world, 'team', ['RolledBack'])
    await when.imageBecomes('v1')
    await arrives(world, 'team', ['RolledBack', 'Recovered'])
    await arrives(world, 'bad-only', ['RolledBack'])
    const [problem, end] = arrived(world, 'team')
    if (end?.body.ends !== problem?.body.id) throw new Unexpected(told(end?.body))
  }),

  scenario('a source that is down, and answers again', async ({ given, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await world.api.create(sourceObject())
    await world.api.create(notifierObject('team'))
    await world.cluster.pass(1_000)
    const says = (state: string) =>
      world.api.patch(
        'MetricSource',
        'default',
        'merge',
        { status: { state, message: `it is ${state}`, since: new Date(world.cluster.clock.now()).toISOString() } },
        { subresource: 'status' },
      )
    await says('Down')
    await arrives(world, 'team', ['SourceDown'])
    await says('Ready')
    await arrives(world, 'team', ['SourceDown', 'Recovered'])
  }),

  scenario('what happened before the Notifier was there is not told', async (story) => {
    const { given, when, then, world } = story
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await when.timePasses(2_000)
    await world.api.create(notifierObject('team'))
    await when.timePasses(1_000)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await arrives(world, 'team', ['Promoted'])
  }),

  scenario('what a controller finds after two hours is not told, what it finds after minutes is', { only: 'embedded' }, async (story) => {
    const { given, when, world } = story
    await given.deployment()
    await world.api.create(sourceObject())
    await world.api.create(notifierObject('team'))
    const goesDown = async (pausedMs: number) => {
      await when.controllerDies()
      const since = new Date(world.cluster.clock.now()).toISOString()
      await world.api.patch(
        'MetricSource',
        'default',
        'merge',
        { status: { state: 'Down', message: 'no answer', since } },
        { subresource: 'status' },
      )
      await when.timePasses(pausedMs)
      await when.anotherControllerStarts()
      await when.timePasses(10_000)
    }
    await goesDown(2 * 3_600_000)
    await arrives(world, 'team', [])
    await goesDown(10 * 60_000)
    await arrives(world, 'team', ['SourceDown'])
  }),

  scenario('old notifications are deleted, and not told again', { only: 'embedded' }, async ({ when, world }) => {
    await world.api.create(sourceObject())
    await world.api.create(notifierObject('team', { events: ['SourceDown'] }))
    await world.api.create(notifierObject('both', { events: ['SourceDown', 'Recovered'] }))
    await when.timePasses(1_000)
    const since = new Date(world.cluster.clock.now()).toISOString()
    await world.api.patch(
      'MetricSource',
      'default',
      'merge',
      { status: { state: 'Down', message: 'no answer', since } },
      { subresource: 'status' },
    )
    await arrives(world, 'team', ['SourceDown'])
    await when.timePasses(7 * 3_600_000)
    await world.expect('only the problem to be left whose end is still to be told', async () => {
      const left = await world.api.list('Notification')
      return told(left.map(({ spec }) => spec.notifier.name)) === told(['both'])
        ? undefined
        : told(left.map(({ metadata }) => metadata.name))
    })
    await arrives(world, 'team', ['SourceDown'])
    await arrives(world, 'both', ['SourceDown'])
  }),
]
