import { crdOf } from '../../controller/src/api/crd.ts'
import { kinds } from '../../controller/src/api/kinds.ts'
import type { RolloutStatus } from '../../controller/src/api/rolloutStatus.ts'
import { clusterOver } from '../../controller/src/cli/kubeconfigClusters.ts'
import { run } from '../../controller/src/cli/program.ts'
import { terminal, untilEnded } from '../../controller/src/cli/testing/terminal.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import { templateHash } from '../../controller/src/workload/deployment.ts'
import { type ApiServer, createApiServer } from '../../sandbox/src/apiserver/server.ts'
import type { Obj } from '../../sandbox/src/types.ts'
import { type VirtualClock, virtualClock } from '../../sandbox/src/virtualClock.ts'

interface Said {
  code: number
  out: string
  err: string
}

interface Typing {
  /** Bearer token; default: the administrator's. */
  token?: string
  isTty?: boolean
  stdin?: string
  /** Breaks the command off. */
  signal?: AbortSignal
  /** Called before time moves on, as long as the command runs: the rest of the world. `ms` counts from its start. */
  meanwhile?(ms: number): void
}

export interface Bench {
  server: ApiServer
  clock: VirtualClock
  /** Types a command line, lets time run until it ends and gives what it said. */
  serin(line: string | string[], typing?: Typing): Promise<Said>
  /** Makes the Rollout `shop/NAME` with a Deployment and two ReplicaSets, the tag's version being stable. */
  rollout(name: string, tag: string): void
  /** Writes the status as the controller would. */
  report(name: string, status: RolloutStatus): void
  setImage(name: string, tag: string, paused?: boolean): void
  commands(): readonly Obj[]
}

export const server = 'https://cluster.test:6443'
const longestCommandMs = 2_500_000

/** A cluster in this process with Serin's kinds installed, and a terminal on it. */
export function bench({ installed = true } = {}): Bench {
  const clock = virtualClock(Date.UTC(2026, 5, 1, 12))
  const user = (username: string) => ({ username, groups: ['system:authenticated'] })
  const api = createApiServer({ clock, tokens: { anna: user('anna'), bob: user('bob') } })
  const make = (object: unknown) => api.api.create(object as Partial<Obj>)
  for (const name of ['default', 'shop'])
    if (!api.api.get('v1', 'Namespace', undefined, name)) make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  if (installed) for (const kind of kinds) make(crdOf(kind))

  return {
    server: api,
    clock,
    serin: (line, typing = {}) => typed(api, clock, typeof line === 'string' ? line.split(' ') : line, typing),
    rollout(name, tag) {
      const labels = { app: name }
      const spec = { replicas: 2, selector: { matchLabels: labels }, template: template(name, tag) }
      const deployment = make({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' }, spec })
      make(replicaSet(name, tag, deployment))
      make({
        apiVersion: 'serin.dev/v1alpha1',
        kind: 'Rollout',
        metadata: { name, namespace: 'shop' },
        spec: { workload: { kind: 'Deployment', name } },
      })
    },
    report(name, status) {
      api.api.patch(
        { apiVersion: 'serin.dev/v1alpha1', kind: 'Rollout', namespace: 'shop', name },
        { type: 'merge', body: { status: nullsFor(status) } },
        { subresource: 'status' },
      )
    },
    setImage(name, tag, paused = true) {
      const body = { spec: { paused, template: template(name, tag) } }
      api.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }, { type: 'merge', body })
    },
    commands: () => api.api.list('serin.dev/v1alpha1', 'RolloutCommand', { namespace: 'shop' }),
  }
}

/** A merge patch that leaves nothing of an older status behind. */
function nullsFor(status: RolloutStatus): unknown {
  return { run: null, kept: null, refused: null, ...status }
}

function template(name: string, tag: string) {
  return { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: `shop/${name}:${tag}` }] } }
}

/** A version as the status names it, hashed as the API server stores its template. */
export function version(b: Bench, name: string, tag: string) {
  const made = b.server.api.create(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'hashed', namespace: 'shop' },
      ...setSpec(name, tag),
    } as unknown as Partial<Obj>,
    { dryRun: true },
  )
  return { hash: `${tag}hash`, template: templateHash(made.spec.template), set: `${name}-${tag}hash`, images: [`shop/${name}:${tag}`] }
}

function replicaSet(name: string, tag: string, owner: Obj): unknown {
  const { apiVersion, kind, metadata } = owner
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${tag}hash`,
      namespace: 'shop',
      labels: { app: name, 'pod-template-hash': `${tag}hash` },
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
    },
    ...setSpec(name, tag),
  }
}

function setSpec(name: string, tag: string) {
  const labels = { app: name, 'pod-template-hash': `${tag}hash` }
  const { metadata, ...rest } = template(name, tag)
  return { spec: { replicas: 2, selector: { matchLabels: labels }, template: { ...rest, metadata: { ...metadata, labels } } } }
}

async function typed(api: ApiServer, clock: VirtualClock, args: string[], typing: Typing): Promise<Said> {
  const { io, said } = terminal({
    stdin: async () => typing.stdin ?? '',
    isTty: typing.isTty ?? false,
    clock,
    ...(typing.signal ? { signal: typing.signal } : {}),
  })
  const transport: Transport = {
    send: ({ watch: _, ...request }) =>
      api.handle({ ...request, headers: { ...request.headers, authorization: `Bearer ${typing.token ?? 'admin'}` } }),
    close: async () => {},
  }
  const running = run({
    args,
    program: 'serin',
    io,
    clusters: { connect: async () => clusterOver(transport, { server, namespace: 'shop' }), contexts: async () => ['here', 'there'] },
  })
  const began = clock.now()
  const code = await untilEnded(running, async () => {
    if (clock.now() - began > longestCommandMs) throw new Error(`serin ${args.join(' ')} did not end:\n${said.out}\n${said.err}`)
    typing.meanwhile?.(clock.now() - began)
    await clock.advance(250)
  })
  return { code, out: said.out, err: said.err }
}
