import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { policies } from '../../controller/src/api/policies.ts'
import { apiVersion } from '../../controller/src/api/rollout.ts'
import type { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import { type Controller, startController } from '../../controller/src/controller.ts'
import type { Log } from '../../controller/src/kube/log.ts'
import type { HttpRequest, Transport } from '../../controller/src/kube/types.ts'
import { SourceError } from '../../controller/src/metrics/errors.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import { random } from '../../sandbox/src/apiserver/random.ts'
import { createSandbox, type Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Obj, SandboxClock } from '../../sandbox/src/types.ts'
import { clients, imageBook, manifest, namespace, type ServiceName, serviceNames } from './services.ts'
import { rights, systemNamespace, tokenOf, tokens, users } from './users.ts'

/** The embedded cluster with Serin in it: kinds, policies, rights, a controller that leads, and an empty namespace `shop`. */
export interface Demo {
  clock: SandboxClock
  sandbox: Sandbox
  controller: Controller
  /** What the controller says of a service's Rollout; undefined until it looked at it. */
  status(name: ServiceName): RolloutStatus | undefined
  /** Sends every service its requests. */
  startTraffic(): void
  /** Lets the controller finish what it does, but waits no longer than so many real milliseconds; then ends everything. */
  stop(patienceMs: number): Promise<void>
}

export interface DemoOptions {
  clock: SandboxClock
  /** With a virtual clock, the same seed gives the same run. */
  seed: number
  log: Log
}

/** Resolves when the controller leads. On a virtual clock that takes no time. */
export async function startDemo({ clock, seed, log }: DemoOptions): Promise<Demo> {
  const sandbox = createSandbox({ clock, seed, images: imageBook(), tokens: tokens(), prometheus: { scrapeMs: 1_000 } })
  const { api } = sandbox
  for (const name of [systemNamespace, 'gitops', namespace]) {
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } as Obj['metadata'] })
  }
  const installed = [...kinds.map(crdOf), ...policies({ serinUser: users.serin.username }), ...rights(), ...manifest('metrics')]
  for (const object of installed) api.create(object as Partial<Obj>)

  const controller = startController({
    transport: transportOf(sandbox, tokenOf('serin')),
    clock,
    random: random(seed + 2).next,
    log,
    identity: 'demo',
    leaseNamespace: systemNamespace,
    leaderElection: false,
    sourceTransport: network(sandbox),
  })
  await controller.leading()

  return {
    clock,
    sandbox,
    controller,
    status: (name) => api.get(apiVersion, 'Rollout', namespace, name)?.status as RolloutStatus | undefined,
    startTraffic() {
      for (const name of serviceNames) sandbox.load.start(clients[name])
    },
    async stop(patienceMs) {
      const { promise: tired, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, patienceMs)
      await Promise.race([controller.stop(), tired])
      clearTimeout(timer)
      controller.kill()
      sandbox.stop()
      sandbox.server.stop()
    },
  }
}

/** The cluster's Prometheus, asked without a socket; whatever else sources name does not exist here. */
function network({ prometheus }: Sandbox): SourceTransport {
  return {
    async send({ method, url, headers, body }) {
      const { hostname } = new URL(url)
      if (hostname !== 'prometheus.monitoring') throw new SourceError('down', `there is no host ${hostname} in the demo`)
      return prometheus.handle({ method, url, ...(headers ? { headers } : {}), ...(body === undefined ? {} : { body }) })
    },
    close: async () => {},
  }
}

/** Requests go straight into the server, without a socket; without a token by nobody who says so himself. */
export function transportOf(sandbox: Sandbox, token?: string): Transport {
  const ours: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return {
    send: ({ watch: _, ...request }: HttpRequest) => sandbox.handle({ ...request, headers: { ...request.headers, ...ours } }),
    close: async () => {},
  }
}
