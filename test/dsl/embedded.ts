import type { HttpRequest, Transport } from '../../controller/src/kube/types.ts'
import { frozen } from '../../sandbox/src/apiserver/json.ts'
import { createSandbox, type Sandbox } from '../../sandbox/src/sandbox.ts'
import { type VirtualClock, virtualClock } from '../../sandbox/src/virtualClock.ts'
import type { Json } from '../cluster/apiClient.ts'
import { testUsers, type UserName } from '../cluster/users.ts'
import type { Cluster } from './cluster.ts'
import { analysisBinding, definitions, installation, unguardedLabel } from './install.ts'
import { networkOf } from './sources.ts'

const stepMs = 50

/** What Serin is installed with; the same objects for every cluster, frozen so that what is known of them is known of all. */
const installed = frozen([...definitions(), ...installation()])

/**
 * A fresh cluster in this process, with a clock of its own that moves only while a scenario waits: the same seed gives the same run.
 * Without `events` its native controllers tell nobody what they do, which costs less.
 */
export function embeddedCluster(seed: number, { events = true }: { events?: boolean } = {}): Cluster {
  const clock = virtualClock()
  const sandbox = createSandbox({
    clock,
    seed,
    events,
    split: 'exact',
    // Who notices first is a matter of chance, as in a cluster of many machines.
    delays: {
      deployment: [1, 40],
      replicaSet: [1, 40],
      endpointSlice: [1, 40],
      kubelet: [1, 20],
      garbageCollector: [1, 100],
      routeStatus: [5, 60],
    },
    images: {
      'demo:unready': { ready: false },
      'demo:slow': { startMs: 3_000 },
      'demo:bad': { startMs: 200, errorRate: 0.5 },
      'demo:errors': { startMs: 200, errorRate: 0.05 },
      'demo:slower': { startMs: 200, errorRate: 0.005, latencyFactor: 1.5 },
      'demo:late': { startMs: 200, errorRate: 0.05, errorsAfterMs: 180_000 },
      'demo:crashes': { startMs: 200, crashAfterTrafficMs: 20_000 },
      'demo:loops': { startMs: 200, crashAfterMs: 800 },
      'demo:flaps': { startMs: 200, readyForMs: 500, readyEveryMs: 4_000 },
      'demo:leaks': { startMs: 200, memory: { mib: 64, leakMibPerMinute: 8 } },
    },
    tokens: Object.fromEntries(Object.values(testUsers).map(({ token, username, groups, uid }) => [token, { username, groups, uid }])),
  })
  for (const object of installed) sandbox.api.create(object)
  const network = networkOf(sandbox.prometheus)
  let namespaces = 0
  return {
    name: 'embedded',
    seed,
    clock,
    transportFor: (user) => transportOf(sandbox, user),
    async newNamespace({ guarded }) {
      const name = `shop-${++namespaces}`
      const labels = guarded ? {} : { labels: { [unguardedLabel]: '' } }
      const object: Json = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels } }
      sandbox.api.create(object)
      sandbox.api.create(analysisBinding(name))
      return name
    },
    leave: async () => {},
    pass: (ms) => clock.advance(ms),
    until: (ask, atMost) => asked(clock, ask, atMost),
    async follow(namespace, tell) {
      const stop = sandbox.api.onChange(({ type, object }) => {
        if (object.metadata.namespace === namespace) tell({ object, gone: type === 'DELETED' })
      })
      return async () => stop()
    },
    async restartApiServer() {
      sandbox.server.restart(500)
      await clock.advance(600)
    },
    gateway({ reports }) {
      // A gateway that reports in ten hours reports never.
      sandbox.delays.routeStatus = reports === false ? 36_000_000 : [5, 60]
    },
    inside: sandbox,
    network,
    async stop() {
      sandbox.stop()
      sandbox.server.stop()
      await clock.advance(0)
    },
  }
}

async function asked(clock: VirtualClock, ask: () => Promise<string | undefined>, atMost: number): Promise<string | undefined> {
  const end = clock.now() + atMost
  await clock.advance(0)
  for (;;) {
    const answer = await ask()
    if (answer === undefined || clock.now() >= end) return answer
    await clock.advance(stepMs)
  }
}

/** Requests go straight into the server: no socket, no real time. */
export function transportOf(sandbox: Sandbox, user: UserName): Transport {
  const authorization = `Bearer ${testUsers[user].token}`
  return {
    send({ watch: _, signal, body, ...request }: HttpRequest) {
      return sandbox.handle({
        ...request,
        headers: { ...request.headers, authorization },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      })
    },
    close: async () => {},
  }
}
