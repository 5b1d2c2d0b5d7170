import { describe, expect, it } from 'vitest'
import { embeddedCluster } from '../dsl/embedded.ts'
import type { Death } from '../dsl/lifeline.ts'
import { arrived, arrives, notifierObject } from '../dsl/news.ts'
import { twentyThenAsk } from '../dsl/objects.ts'
import { scenario, tellOn } from '../dsl/scenario.ts'

const seed = Number(process.env.SEED ?? 1)
const events = ['RunStarted', 'WaitingForApproval', 'Promoted']
const targets = ['one', 'two']

interface Told {
  writes: string[]
  /** Of each target: what arrived, by delivery id. */
  arrivals: Map<string, string[]>[]
}

/** A release from its beginning to its promotion, for two targets. */
async function release(death?: Death): Promise<Told> {
  const cluster = embeddedCluster(seed)
  let told: Told | undefined
  const story = scenario('a release is told', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk }, { replicas: 2 })
    for (const name of targets) await world.api.create(notifierObject(name, { events }))
    await when.timePasses(2_000)
    const [patient] = world.controllers.running()
    const before = patient?.lifeline.log.length ?? 0
    if (death) await when.controllerWillDie(death)
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    // So that nobody misses the time in which it waits.
    await when.timePasses(3_000)
    await when.asks('promote')
    await then.lastRunWas('Promoted')
    await when.timePasses(15_000)
    await world.expect('nothing to be on its way', async () => {
      const left = (await world.api.list('Notification')).filter(({ status }) => status?.phase !== 'Sent')
      return left.length === 0 ? undefined : JSON.stringify(left)
    })
    const arrivals = targets.map((name) => {
      const byId = new Map<string, string[]>()
      for (const { event, delivery, headers } of arrived(world, name)) {
        expect(headers['serin-delivery']).toBe(delivery)
        byId.set(delivery, [...(byId.get(delivery) ?? []), event])
      }
      return byId
    })
    told = { writes: patient?.lifeline.log.slice(before) ?? [], arrivals }
  })
  try {
    await tellOn(cluster, story)
  } finally {
    await cluster.stop()
  }
  if (!told) throw new Error('unreachable: a told scenario was not taken')
  return told
}

describe('whatever write the controller dies at', () => {
  it('each target hears of each event by exactly one delivery id', { timeout: 240_000 }, async () => {
    const { writes, arrivals } = await release()
    expect(writes.filter((line) => line.startsWith('POST') && line.includes('/notifications'))).toHaveLength(6)
    expect(arrivals.flatMap((byId) => [...byId.values()])).toEqual([...events, ...events].map((event) => [event]))
    let again = 0
    for (let atWrite = 1; atWrite <= writes.length; atWrite++) {
      // Of the writes that have nothing to do with it a third.
      const modes = writes[atWrite - 1]?.includes('/notif') ? (['done', 'not done'] as const) : (['done'] as const)
      for (const write of modes.length === 1 && atWrite % 3 !== 0 ? [] : modes) {
        const { arrivals: seen } = await release({ atWrite, write })
        for (const byId of seen) {
          const where = `dead at write ${atWrite} (${write}), ${writes[atWrite - 1]}, seed ${seed}`
          expect([...byId.values()].map(([event]) => event).sort(), where).toEqual([...events].sort())
          const repeated = [...byId.values()].filter(({ length }) => length > 1)
          // Only what was on its way in the moment of death, and with the id that it had.
          expect(repeated.length, where).toBeLessThanOrEqual(1)
          again += repeated.length
        }
      }
    }
    // Between what a target took and what is written down there is one write to die at; it was met.
    expect(again).toBeGreaterThan(0)
  })
})

describe('two controllers at once', () => {
  it('tell each event once, with the same id if they do not know of each other', { timeout: 60_000 }, async () => {
    const cluster = embeddedCluster(seed)
    try {
      await tellOn(
        cluster,
        scenario('rivals', async ({ given, when, then, world }) => {
          world.controllers.start({ namespace: world.namespace })
          await given.shopWithRoute({ canary: twentyThenAsk })
          await world.api.create(notifierObject('one'))
          await when.timePasses(2_000)
          await when.imageBecomes('v2')
          await then.runIs({ step: 1, weight: 20 })
          await when.timePasses(5_000)
          const seen = arrived(world, 'one')
          expect(new Set(seen.map(({ delivery }) => delivery)).size).toBe(1)
          expect(await world.api.list('Notification')).toHaveLength(1)
        }),
      )
    } finally {
      await cluster.stop()
    }
  })

  it('with a lease: the standby tells what the leader had not told when it died', { timeout: 60_000 }, async () => {
    const cluster = embeddedCluster(seed)
    try {
      await tellOn(
        cluster,
        scenario('failover', { controller: 'none' }, async ({ given, when, then, world }) => {
          await given.controller({ leaderElection: true })
          await given.controller({ leaderElection: true })
          await given.shopWithRoute({ canary: twentyThenAsk })
          await world.api.create(notifierObject('one'))
          await when.timePasses(2_000)
          if (world.cluster.network) world.cluster.network.hook.answer.status = 503
          await when.imageBecomes('v2')
          await then.runIs({ step: 1, weight: 20 })
          await when.timePasses(2_000)
          await when.leaderDies()
          if (world.cluster.network) {
            world.cluster.network.hook.answer.status = 200
            world.cluster.network.hook.asked.length = 0
          }
          await arrives(world, 'one', ['WaitingForApproval'])
          await when.asks('promote')
          await then.lastRunWas('Promoted')
          await arrives(world, 'one', ['WaitingForApproval', 'Promoted'])
        }),
      )
    } finally {
      await cluster.stop()
    }
  })
})
