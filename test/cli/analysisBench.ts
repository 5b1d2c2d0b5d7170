import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import { terminal, untilEnded } from '../../controller/src/cli/testing/terminal.ts'
import type { Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Json } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { shopWithAnalysis } from '../dsl/evidence.ts'
import { type Given, givenOn } from '../dsl/given.ts'
import { setOf } from '../dsl/sight.ts'
import { type When, whenOn } from '../dsl/when.ts'
import { type World, worldOn } from '../dsl/world.ts'

interface Typing {
  as?: UserName
  isTty?: boolean
  columns?: number
  stdin?: string
  signal?: AbortSignal
  /** Called before time moves on, as long as the command runs. `ms` counts from its start. */
  meanwhile?(ms: number): void
}

export interface AnalysisBench {
  world: World
  given: Given
  when: When
  inside: Sandbox
  /** Types a command line in the shop's namespace and lets time run until it ends. Words are apart by blanks. */
  serin(line: string | string[], typing?: Typing): Promise<{ code: number; out: string; err: string }>
  pass(ms: number): Promise<void>
  /** Two Deployments beside each other, with direct traffic and some minutes of it: `a` has few errors, `b` what the image does. Gives the sets. */
  pair(image: string): Promise<{ a: string; b: string }>
  stop(): Promise<void>
}

const stepMs = 250
const longestCommandMs = 3 * 3_600_000

/** The embedded cluster with a controller, Prometheus and a shop whose Rollout has an analysis by template http; and a terminal on it. */
export async function analysisBench(options: Json = {}): Promise<AnalysisBench> {
  const cluster = embeddedCluster(1)
  const world = await worldOn(cluster)
  const { inside } = cluster
  if (!inside) throw new Error('not the embedded cluster')
  world.controllers.start({ namespace: world.namespace })
  const given = givenOn(world)
  const when = whenOn(world)
  await shopWithAnalysis({ given: given as never, world }, { historyMs: 120_000, ...options })
  return {
    world,
    given,
    when,
    inside,
    serin: (line, typing = {}) => typed(world, typeof line === 'string' ? line.split(' ') : line, typing),
    pass: (ms) => cluster.pass(ms),
    async pair(image) {
      for (const [name, version] of [
        ['a', 'v1'],
        ['b', image],
      ] as const) {
        await given.deployment({ name, version, replicas: 2 })
        await given.service({ name, selector: { app: name } })
        await cluster.pass(500)
        inside.load.start({ via: { service: name, namespace: world.namespace }, rps: 60, name })
      }
      await cluster.pass(600_000)
      const nameOf = async (name: string, version: string) => String((await setOf(world, version, name))?.metadata.name)
      return { a: await nameOf('a', 'v1'), b: await nameOf('b', image) }
    },
    async stop() {
      await world.end()
      await cluster.stop()
    },
  }
}

async function typed({ cluster, namespace }: World, args: string[], typing: Typing) {
  const { io, said } = terminal({
    stdin: async () => typing.stdin ?? '',
    isTty: typing.isTty ?? false,
    columns: typing.columns ?? 80,
    rows: 40,
    clock: cluster.clock,
    ...(typing.signal ? { signal: typing.signal } : {}),
  })
  const running = run({
    args,
    program: 'serin',
    io,
    clusters: {
      connect: async () => clusterOver(cluster.transportFor(typing.as ?? 'admin'), { server: 'https://cluster.test:6443', namespace }),
      contexts: async () => [],
    },
  })
  const began = cluster.clock.now()
  const code = await untilEnded(running, async () => {
    const ms = cluster.clock.now() - began
    if (ms >= longestCommandMs) throw new Error(`serin ${args.join(' ')} did not end:\n${said.out}\n${said.err}`)
    typing.meanwhile?.(ms)
    await cluster.pass(stepMs)
  })
  return { code, out: said.out, err: said.err }
}
