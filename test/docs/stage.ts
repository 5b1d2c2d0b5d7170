import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import { policies } from '../../controller/src/api/policies.ts'
import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import { terminal } from '../../controller/src/cli/testing/terminal.ts'
import { type Controller, startController } from '../../controller/src/controller.ts'
import { silentLog } from '../../controller/src/kube/log.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import { SourceError } from '../../controller/src/metrics/errors.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import { random } from '../../sandbox/src/apiserver/random.ts'
import { kubectlFor } from '../../sandbox/src/apiserver/testing/kubectl.ts'
import { createSandbox } from '../../sandbox/src/sandbox.ts'
import type { Client } from '../../sandbox/src/traffic/load.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { virtualClock } from '../../sandbox/src/virtualClock.ts'
import { helm } from '../chart/helm.ts'
import { analysisBinding, controllerRoles, peopleRoles } from '../dsl/install.ts'

interface Said {
  code: number
  output: string
}

/** A cluster on which a page is tried, and a terminal on it. Its time moves while commands run, and when told to. */
export interface Stage {
  serin(args: readonly string[]): Promise<Said>
  kubectl(args: readonly string[], input?: string): Promise<Said>
  helm(args: readonly string[]): Promise<Said>
  wait(ms: number): Promise<void>
  /** As the ServiceAccount serin-system/serin, with the rights that it has by then. */
  startController(): Promise<void>
  /** Ends it as a crash would. */
  stopController(): void
  /** So many requests a second from now on, through the gateway or to a Service. */
  traffic(rps: number, service?: string): void
  /** A share of the requests to that image fails, from now on. */
  fails(image: string, errorRate: number): void
  prometheus(order: 'up' | 'down'): void
  close(): Promise<void>
}

const serinUser = 'system:serviceaccount:serin-system:serin'
/** Verbs of serin that do not wait for anything. */
const looks = ['get', 'explain', 'list', 'sources', 'record', 'judge', 'lint', 'version']

/** What a webhook got: files in the folder of the page, for its commands to look at. */
export type Asked = (request: { body: string; signature: string }) => void

/** `bare`: nothing of Serin is installed; else all of it, with a controller that has the rights of a chart. There is a Gateway `gateway` either way. */
export async function openStage({ bare, asked }: { bare: boolean; asked: Asked }): Promise<Stage> {
  // On a full minute, so that intervals of an analysis begin at the same moments each time.
  const clock = virtualClock(Math.floor(Date.now() / 60_000) * 60_000)
  const tokens = { serin: { username: serinUser, groups: ['system:serviceaccounts', 'system:authenticated'] } }
  const sandbox = createSandbox({ clock, tokens, seed: 1 })
  const { api, server } = sandbox
  const create = (object: object) => api.create(object as Partial<Obj>)
  create({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gateway', namespace: 'default' },
    spec: { gatewayClassName: 'sandbox', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  })
  if (!bare) {
    create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'serin-system' } })
    for (const object of [...kinds.map(crdOf), ...policies({ serinUser }), ...controllerRoles(), ...peopleRoles()]) create(object)
    for (const namespace of ['default', 'serin-system']) create(analysisBinding(namespace))
  }
  const { url, close } = await server.listen(0)
  const kubectl = await kubectlFor(url)
  const transport = (token: string): Transport => ({
    send: ({ watch: _, ...request }) => sandbox.handle({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }),
    close: async () => {},
  })
  let controller: Controller | undefined
  const clients = new Map<string, Client>()
  let mend = () => {}
  // Webhooks say yes.
  const sourceTransport: SourceTransport = {
    async send({ method, url, headers = {}, body = '' }) {
      const { hostname } = new URL(url)
      if (hostname === 'prometheus.monitoring') return await reached(sandbox.prometheus.handle({ method, url, headers, body }))
      if (!hostname.endsWith('example.com')) throw new SourceError('down', `there is no host ${hostname}`)
      asked({ body, signature: headers['x-serin-signature'] ?? `${headers['serin-timestamp']},${headers['serin-signature']}` })
      return { status: 200, headers: { 'content-type': 'application/json' }, text: '{"passed": true}' }
    },
    close: async () => {},
  }

  /** Lets time go by until the command has ended: as fast as the machine can for one that waits for the cluster, else hardly. */
  const during = async <T>(command: Promise<T>, waits: boolean): Promise<T> => {
    let ended = false
    const end = command.finally(() => {
      ended = true
    })
    end.catch(() => {})
    for (let turn = 0; !ended; turn++) {
      await clock.advance(waits && turn > 10 ? 1000 : 50)
      if (!ended) await new Promise((resolve) => setTimeout(resolve, waits ? 10 : 30))
    }
    return end
  }

  /** Commands take as long as the machine lets them. Where there is traffic, what comes next begins at the same moment each time. */
  const settled = async () => {
    if (clients.size > 0) await clock.advance(5_000 - (clock.now() % 5_000))
  }

  const stage: Stage = {
    async serin(args) {
      const { io, said } = terminal({ columns: 200, rows: 50, env: { LANG: 'C.UTF-8' }, clock })
      const code = await during(
        run({
          args,
          program: 'serin',
          io,
          clusters: {
            connect: async () => clusterOver(transport('admin'), { server: url, namespace: 'default' }),
            contexts: async () => [],
          },
        }),
        !looks.includes(args[0] ?? ''),
      )
      await settled()
      return { code, output: said.all }
    },
    async kubectl(args, input) {
      const { code, stdout, stderr } = await during(kubectl.run(args, input), ['wait', 'rollout', 'delete'].includes(args[0] ?? ''))
      await settled()
      return { code, output: `${stdout}\n${stderr}` }
    },
    async helm(args) {
      const { code, stdout, stderr } = await during(helm(args, { env: { KUBECONFIG: kubectl.kubeconfig } }), false)
      await settled()
      return { code, output: `${stdout}\n${stderr}` }
    },
    wait: (ms) => clock.advance(ms),
    async startController() {
      controller = startController({
        transport: transport('serin'),
        clock,
        random: random(2).next,
        log: silentLog,
        identity: `page-${clock.now()}`,
        leaseNamespace: 'serin-system',
        sourceTransport,
      })
      await during(controller.leading(), true)
    },
    stopController() {
      controller?.kill()
      controller = undefined
    },
    traffic(rps, service) {
      const via = service === undefined ? { host: 'shop.example.com' } : { service, namespace: 'default' }
      const name = service ?? 'gateway'
      clients.get(name)?.stop()
      if (rps > 0) clients.set(name, sandbox.load.start({ name, via, rps }))
    },
    fails: (image, errorRate) => sandbox.images.set(image, { errorRate }),
    prometheus(order) {
      mend()
      mend = order === 'down' ? sandbox.prometheus.break({ down: true }) : () => {}
    },
    async close() {
      controller?.kill()
      sandbox.stop()
      server.stop()
      await close()
      await kubectl.dispose()
    },
  }
  if (!bare) await stage.startController()
  return stage
}

async function reached<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    throw new SourceError('down', 'http://prometheus.monitoring:9090 refuses connections: is it running, and is the port right?', { cause })
  }
}
