import { type Controller, startController } from '../../controller/src/controller.ts'
import { silentLog } from '../../controller/src/kube/log.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import type { SourceTransport } from '../../controller/src/metrics/transport.ts'
import { createSandbox, type Sandbox } from '../../sandbox/src/sandbox.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { type VirtualClock, virtualClock } from '../../sandbox/src/virtualClock.ts'
import { testUsers } from '../../test/cluster/users.ts'
import { transportOf } from '../../test/dsl/embedded.ts'
import { definitions, installation, systemNamespace } from '../../test/dsl/install.ts'
import { seededRandom } from '../../test/dsl/seededRandom.ts'
import { answerTo } from '../analyses/source/answers.ts'
import { placeOf } from '../control/plane.ts'

/** The embedded cluster with many Rollouts and a controller, in this process and on virtual time. */
export interface Town {
  clock: VirtualClock
  sandbox: Sandbox
  controller: Controller
  /** Requests of the controller so far. */
  requests(): number
  stop(): Promise<void>
}

/** Each tenth has an analysis. */
const hasAnalysis = (n: number): boolean => n % 10 === 9

/** Makes everything and lets it come to rest. */
export async function makeTown(rollouts: number): Promise<Town> {
  const clock = virtualClock()
  const sandbox = createSandbox({
    clock,
    images: { 'demo:bad': { ready: false }, demo: { startMs: 500 } },
    tokens: Object.fromEntries(Object.values(testUsers).map(({ token, username, groups, uid }) => [token, { username, groups, uid }])),
    events: false,
    // Analyses ask a source of their own.
    prometheus: { scrapeMs: 360_000_000 },
  })
  const { api } = sandbox
  for (const object of [...definitions(), ...installation(), source, template]) api.create(object)
  for (let n = 0; n < Math.min(20, rollouts); n++)
    api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: placeOf(n).namespace } as Obj['metadata'] })
  let requests = 0
  const controller = startController({
    transport: counted(transportOf(sandbox, 'serin'), () => requests++),
    sourceTransport: metricSource,
    clock,
    random: seededRandom(1),
    log: silentLog,
    identity: 'soak',
    leaseNamespace: systemNamespace,
    leaderElection: false,
  })
  await clock.advance(1_000)
  for (let n = 0; n < rollouts; n++) {
    for (const object of service(n)) api.create(object as Partial<Obj>)
    if (n % 100 === 99) await clock.advance(1_000)
  }
  await clock.advance(60_000)
  return {
    clock,
    sandbox,
    controller,
    requests: () => requests,
    async stop() {
      controller.kill()
      sandbox.stop()
      sandbox.server.stop()
      await clock.advance(0)
    },
  }
}

function service(n: number): object[] {
  const metadata = placeOf(n)
  const labels = { app: metadata.name }
  const analysis = { templates: [{ name: 'http', scope: 'Cluster' }], warmup: '0s', bake: '30s', deadline: '2m', onInconclusive: 'promote' }
  const container = { name: 'app', image: 'demo:v0' }
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 1,
        revisionHistoryLimit: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 1, containers: [container] } },
      },
    },
    {
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'Rollout',
      metadata,
      spec: {
        workload: { name: metadata.name },
        canary: hasAnalysis(n) ? { ramp: { weights: [50] } } : { steps: [{ weight: 50 }, { pause: { for: '30s' } }] },
        ...(hasAnalysis(n) ? { analysis } : {}),
        progressDeadline: '60s',
        historyLimit: 2,
      },
    },
  ]
}

const source = {
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'ClusterMetricSource',
  metadata: { name: 'default' } as Obj['metadata'],
  spec: { prometheus: { url: 'http://prometheus.test' }, lag: '1s' },
}

const template = {
  apiVersion: 'serin.dev/v1alpha1',
  kind: 'ClusterAnalysisTemplate',
  metadata: { name: 'http' } as Obj['metadata'],
  spec: {
    interval: '15s',
    metrics: [
      {
        name: 'errors',
        ratio: { bad: 'http_requests_total{pod=~"{{arm.pods}}",code=~"5.."}', total: 'http_requests_total{pod=~"{{arm.pods}}"}' },
      },
    ],
  },
}

/** A Prometheus in which both versions of every workload have two pods, that are alike. */
const metricSource: SourceTransport = {
  async send({ url, body }) {
    const asked = new URLSearchParams(body ?? new URL(url).search)
    const number = (name: string) => Number(asked.get(name) ?? 0)
    const query = asked.get('query') ?? ''
    const text = answerTo({
      query: query.replace(/pod=~"[^"]*"/, 'pod=~"shop-new-.*"'),
      start: number('start'),
      end: number('end'),
      step: number('step') || 1,
    })
    const sets = [...query.matchAll(/([a-z0-9-]+)-\[a-z0-9\]\{5\}/g)].map(([, set]) => set)
    const { data, ...answer } = JSON.parse(text)
    const result = sets.flatMap((set) => JSON.parse(JSON.stringify(data.result).replaceAll('"shop-new-', `"${set}-abcd`)))
    return { status: 200, headers: {}, text: JSON.stringify({ ...answer, data: { ...data, result } }) }
  },
  close: async () => {},
}

function counted({ send, close }: Transport, asked: () => void): Transport {
  return {
    send(request) {
      asked()
      return send(request)
    },
    close,
  }
}
