import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { httpsClient } from '../../test/cluster/httpsClient.ts'
import { kubeconfig } from '../../test/cluster/kubeconfig.ts'
import { testUsers } from '../../test/cluster/users.ts'
import { startHelper } from '../analyses/child.ts'
import { makeRollouts } from '../control/plane.ts'
import { writes } from '../control/process.ts'
import { idealSeconds, releaseAll } from '../control/releases.ts'
import type { Program } from './controller.ts'
import { type Figures, restFigures, round, stormFigures } from './figures.ts'
import { restarted } from './restart.ts'
import { spanOf } from './span.ts'

export interface EmbeddedSizes {
  rollouts: number
  active: number
  idleSeconds: number
}

/** On the embedded cluster, over HTTP: many at rest, then some of them released at once. These have two pods, the others none. */
export async function embedded(program: Program, sizes: EmbeddedSizes, say: (line: string) => void): Promise<Record<string, Figures>> {
  await using all = new AsyncDisposableStack()
  const server = all.adopt(await startHelper(new URL('./server.ts', import.meta.url)), (one) => one.stop())
  const folder = all.adopt(mkdtempSync(join(tmpdir(), 'serin-bench-')), (path) => rmSync(path, { recursive: true, force: true }))
  const file = join(folder, 'kubeconfig')
  writeFileSync(file, kubeconfig({ url: server.url, ca: '', token: testUsers.serin.token }))
  const client = all.adopt(httpsClient(server.url, {}), (one) => one.close())

  const first = await program.start(file)
  await first.ready()
  say(`making ${sizes.rollouts} rollouts`)
  const rssEmpty = first.rss().now
  const making = await spanOf(first, () => makeRollouts(client, sizes.rollouts, (n) => (n < sizes.active ? 2 : 0)))
  await sleep(3000)
  const rssAfterMaking = first.rss().now
  await first.end('SIGTERM')

  say(`made in ${Math.round(making.seconds)} s; a new controller starts`)
  const { controller, figures: start } = await restarted(program, file, sizes.rollouts)
  const rssAfterStart = controller.rss().now
  say(`${rssAfterStart} MiB after the start; at rest for ${sizes.idleSeconds} s`)
  const rest = await spanOf(controller, () => sleep(sizes.idleSeconds * 1000))
  const idle: Figures = {
    rollouts: sizes.rollouts,
    rssMiBWithoutRollouts: rssEmpty,
    rssMiBAfterMaking: rssAfterMaking,
    writesToTakeOneIn: round(writes(making.requests) / sizes.rollouts),
    cpuMillisecondsToTakeOneIn: round((1000 * making.cpuSeconds) / sizes.rollouts, 1),
    rssMiBAfterStart: rssAfterStart,
    rssMiB: controller.rss().now,
    ...restFigures(rest),
  }

  say(`${controller.rss().now} MiB; ${sizes.active} releases at once`)
  let made = { wall: Number.NaN, each: [] as number[] }
  const storm = await spanOf(controller, async () => {
    made = await releaseAll(client, sizes.active, 'demo:v2')
    await sleep(2000)
  })
  const active = {
    rollouts: sizes.rollouts,
    ...stormFigures(storm, made, idealSeconds[2]),
    rssMiB: controller.rss().now,
    peakRssMiB: controller.rss().peak,
  }
  await controller.end('SIGTERM')
  return { idle, start, active }
}
