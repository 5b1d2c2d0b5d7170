import { setTimeout as sleep } from 'node:timers/promises'
import { quantileSorted } from 'simple-statistics'
import { makeRollouts, type Plane, setImage, until } from './plane.ts'
import { difference, events, type Measured, type Requests, reads, startMeasured, writes } from './process.ts'
import { idealSeconds, pausesOf, phaseIs, releaseAll } from './releases.ts'

export type Result = Record<string, number | string | Record<string, number>>

const round = (value: number, digits = 2) => Number(value.toFixed(digits))
const byResource = (requests: Requests, per: number) =>
  Object.fromEntries([...requests].sort().map(([key, count]) => [key, round(count / per, 2)]))

/** One rollout of five pods, three releases one after another. */
export async function single({ client, control }: Plane): Promise<Result> {
  const controller = await startMeasured(control.kubeconfigFor('serin'))
  await controller.ready()
  await makeRollouts(client, 1, 5)
  const result: Result = { idealSeconds: idealSeconds[5] }
  for (const version of [2, 3, 4]) {
    const before = { requests: await controller.requests(), cpu: controller.cpu() }
    const began = Date.now()
    await setImage(client, 0, `demo:v${version}`)
    await until(client, 1, phaseIs(`demo:v${version}`), 120_000)
    const seconds = (Date.now() - began) / 1000
    await sleep(2000)
    const made = difference(await controller.requests(), before.requests)
    result[`release ${version - 1}`] = {
      seconds: round(seconds),
      ratioToIdeal: round(seconds / idealSeconds[5]),
      writesWithoutEvents: writes(made),
      events: events(made),
      reads: reads(made),
      cpuMilliseconds: Math.round((controller.cpu() - before.cpu) * 1000),
    }
    if (version === 4) result.requestsOfTheLast = byResource(made, 1)
  }
  const pauses = Math.max(...(await pausesOf(client, 0)).map((ms) => Math.round(Math.abs(ms - 5000))))
  result.longestDeviationOfAPauseMs = pauses
  result.peakRssMiB = controller.rss().peak
  await controller.end('SIGTERM')
  return result
}

/** All templates change at once. */
export async function storm({ client, control }: Plane, small: boolean): Promise<Result> {
  const count = small ? 40 : 200
  const controller = await startMeasured(control.kubeconfigFor('serin'))
  await controller.ready()
  await makeRollouts(client, count, 2)
  await sleep(3000)
  const rssBefore = controller.rss().now
  const before = { requests: await controller.requests(), cpu: controller.cpu() }
  const { wall, each } = await releaseAll(client, count, 'demo:v2')
  await sleep(3000)
  const made = difference(await controller.requests(), before.requests)
  const result: Result = {
    rollouts: count,
    idealSeconds: idealSeconds[2],
    wallSeconds: round(wall),
    ratioToIdeal: round(wall / idealSeconds[2]),
    'p50 / p95 seconds a rollout': `${round(quantileSorted(each, 0.5))} / ${round(quantileSorted(each, 0.95))}`,
    cpuMillisecondsARollout: Math.round(((controller.cpu() - before.cpu) * 1000) / count),
    writesWithoutEventsARollout: round(writes(made) / count),
    eventsARollout: round(events(made) / count),
    readsARollout: round(reads(made) / count),
    requestsARollout: byResource(made, count),
    rssBeforeMiB: rssBefore,
    peakRssMiB: controller.rss().peak,
  }
  await controller.end('SIGTERM')
  return result
}

/** Many rollouts at rest for a minute. */
export async function idle({ client, control }: Plane, small: boolean): Promise<Result> {
  const count = small ? 100 : 1000
  const controller = await startMeasured(control.kubeconfigFor('serin'), { election: true })
  await controller.ready()
  const making = await controller.requests()
  await makeRollouts(client, count, 1)
  await sleep(15_000)
  const made = difference(await controller.requests(), making)
  const before = { requests: await controller.requests(), cpu: controller.cpu() }
  const seconds = small ? 20 : 60
  await sleep(seconds * 1000)
  const idled = difference(await controller.requests(), before.requests)
  const result: Result = {
    rollouts: count,
    writesToTakeOneIn: round(writes(made) / count),
    readsToTakeOneIn: round(reads(made) / count),
    seconds,
    cpuSeconds: round(controller.cpu() - before.cpu),
    writes: writes(idled),
    reads: reads(idled),
    requests: byResource(idled, 1),
    rssMiB: controller.rss().now,
  }
  await controller.end('SIGTERM')
  return result
}

/** The controller starts with everything there already. */
export async function restart({ client, control }: Plane, small: boolean): Promise<Result> {
  const count = small ? 100 : 1000
  const first = await startMeasured(control.kubeconfigFor('serin'), { election: true })
  await first.ready()
  await makeRollouts(client, count, 1)
  await sleep(3000)
  await first.end('SIGTERM')
  // What changed while it was down tells when it came round to the first and to the last.
  await setImage(client, 0, 'demo:v2')
  await setImage(client, count - 1, 'demo:v2')
  const began = Date.now()
  const second = await startMeasured(control.kubeconfigFor('serin'), { election: true })
  const seen = until(client, 2, ({ status }) => status?.run !== undefined, 120_000)
  const ready = await second.ready()
  const at = await seen
  await sleep(5000)
  const made = await second.requests()
  const result: Result = {
    rollouts: count,
    secondsUntilReady: round(ready),
    secondsUntilBothChangesSeen: round((Math.max(...at.values()) - began) / 1000),
    writesBesidesThoseOfTwoRuns: writes(made) - 2 * 4,
    writes: writes(made),
    reads: reads(made),
    requests: byResource(made, 1),
    cpuSeconds: round(second.cpu()),
    rssMiB: second.rss().now,
  }
  await second.end('SIGTERM')
  return result
}

/** Two controllers; the leader goes in the middle of a run. */
export async function failover({ client, control }: Plane): Promise<Result> {
  const result: Result = {}
  await using leaders = new Leaders(control.kubeconfigFor('serin'))
  await leaders.add()
  await makeRollouts(client, 1, 2)
  let version = 1
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    await leaders.add()
    await sleep(3000)
    version++
    await setImage(client, 0, `demo:v${version}`)
    await until(client, 1, ({ status }) => status?.run?.step?.kind === 'pause', 60_000)
    const before = await holder(client)
    const began = Date.now()
    void leaders.endFirst(signal)
    while ((await holder(client)) === before || (await holder(client)) === '') await sleep(20)
    result[`${signal}: seconds until another leads`] = round((Date.now() - began) / 1000)
    await until(client, 1, phaseIs(`demo:v${version}`), 120_000)
  }
  return result
}

/** The controllers in the order in which they came; the first leads. */
class Leaders implements AsyncDisposable {
  #all: Measured[] = []
  readonly #kubeconfig: string
  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig
  }
  async add(): Promise<void> {
    const controller = await startMeasured(this.#kubeconfig, { election: true })
    await controller.ready()
    this.#all.push(controller)
  }
  async endFirst(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#all.shift()?.end(signal)
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((controller) => controller.end('SIGTERM')))
  }
}

async function holder(client: Plane['client']): Promise<string> {
  const { json } = await client.send({ method: 'GET', path: '/apis/coordination.k8s.io/v1/namespaces/serin-system/leases/serin' })
  return json?.spec?.holderIdentity ?? ''
}
