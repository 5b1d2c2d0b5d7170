import { type ApiClient, type Json, succeed, UnexpectedAnswer } from './apiClient.ts'
import { type Followed, follow } from './follow.ts'

export interface GatewayManners {
  /** From a change of a route to the report of it. */
  delayMs: number
  /** Whether new generations are accepted. */
  accepts: boolean
  /** While false nothing is reported at all. */
  reports: boolean
}

export interface PretendedGateway {
  /** Changes how it behaves from now on; every route is looked at again. */
  behave(manners: Partial<GatewayManners>): void
  stop(): Promise<void>
}

const CONTROLLER = 'gateway.example.com/pretended'
const GROUP = '/apis/gateway.networking.k8s.io/v1'

/**
 * Stands in for a gateway where nothing carries traffic: writes Accepted and ResolvedRefs at the observed generation
 * for every parent of every route, after a delay. ResolvedRefs is False while a backend Service is absent.
 */
export async function pretendGateway(client: ApiClient, initially: Partial<GatewayManners> = {}): Promise<PretendedGateway> {
  const manners: GatewayManners = { delayMs: 50, accepts: true, reports: true, ...initially }
  const services = new Set<string>()
  const routes = new Map<string, { plural: string; route: Json; timer?: NodeJS.Timeout }>()
  const key = (object: Json) => `${object.metadata.namespace}/${object.metadata.name}`

  function look(uid: string, afterMs = manners.delayMs): void {
    const seen = routes.get(uid)
    if (!seen) return
    clearTimeout(seen.timer)
    seen.timer = setTimeout(() => void report(uid), afterMs)
  }

  async function report(uid: string): Promise<void> {
    const seen = routes.get(uid)
    if (!seen || !manners.reports) return
    const { route, plural } = seen
    const parents = parentsStatus(route, { accepted: manners.accepts, serviceExists: (name) => services.has(name) })
    if (JSON.stringify(told(route.status?.parents ?? [])) === JSON.stringify(told(parents))) return
    const others = (route.status?.parents ?? []).filter((parent: Json) => parent.controllerName !== CONTROLLER)
    try {
      await succeed(client, {
        method: 'PATCH',
        path: `${GROUP}/namespaces/${route.metadata.namespace}/${plural}/${route.metadata.name}/status?fieldManager=pretended-gateway`,
        headers: { 'content-type': 'application/merge-patch+json' },
        body: { metadata: { uid }, status: { parents: [...others, ...parents] } },
      })
    } catch (error) {
      // Gone meanwhile: nothing to report. Anything else: the server is away for a moment.
      if (!(error instanceof UnexpectedAnswer && [404, 409].includes(error.result.status))) look(uid, 200)
    }
  }

  const lookAtAll = () => {
    for (const uid of routes.keys()) look(uid)
  }
  const followed: Followed[] = [
    follow(client, '/api/v1/services', {
      is(service) {
        const isNew = !services.has(key(service))
        services.add(key(service))
        if (isNew) lookAtAll()
      },
      gone(service) {
        services.delete(key(service))
        lookAtAll()
      },
    }),
    ...['httproutes', 'grpcroutes', 'tcproutes', 'tlsroutes'].map((plural) =>
      follow(client, `${GROUP}/${plural}`, {
        is(route) {
          const { uid } = route.metadata
          routes.set(uid, { ...routes.get(uid), plural, route })
          look(uid)
        },
        gone({ metadata: { uid } }) {
          clearTimeout(routes.get(uid)?.timer)
          routes.delete(uid)
        },
      }),
    ),
  ]
  await Promise.all(followed.map((one) => one.synced))
  return {
    behave(changed) {
      Object.assign(manners, changed)
      lookAtAll()
    },
    async stop() {
      await Promise.all(followed.map((one) => one.stop()))
      for (const { timer } of routes.values()) clearTimeout(timer)
      routes.clear()
    },
  }
}

/** What a gateway says of a route, one entry a parent. */
function parentsStatus(route: Json, { accepted, serviceExists }: { accepted: boolean; serviceExists(key: string): boolean }): Json[] {
  const missing = backends(route).find((name) => !serviceExists(name))
  const condition = (type: string, ok: boolean, reason: string, message: string) => ({
    type,
    status: ok ? 'True' : 'False',
    reason,
    message,
    observedGeneration: route.metadata.generation,
    lastTransitionTime: new Date().toISOString().replace(/\.\d+/, ''),
  })
  return (route.spec.parentRefs ?? []).map((parentRef: Json) => ({
    parentRef,
    controllerName: CONTROLLER,
    conditions: [
      accepted
        ? condition('Accepted', true, 'Accepted', 'the route is served')
        : condition('Accepted', false, 'UnsupportedValue', 'the route is refused'),
      missing
        ? condition('ResolvedRefs', false, 'BackendNotFound', `service ${missing} not found`)
        : condition('ResolvedRefs', true, 'ResolvedRefs', 'every backend was found'),
    ],
  }))
}

/** The Services a route names, as namespace/name. */
function backends(route: Json): string[] {
  const refs: Json[] = (route.spec.rules ?? []).flatMap((rule: Json) => rule.backendRefs ?? [])
  return refs
    .filter(({ group = '', kind = 'Service' }) => group === '' && kind === 'Service')
    .map(({ namespace = route.metadata.namespace, name }) => `${namespace}/${name}`)
}

/** A report without its times: equal ones need no second write. */
function told(parents: Json[]): Json {
  return parents
    .filter((parent) => parent.controllerName === CONTROLLER)
    .map((parent) => [parent.parentRef, parent.conditions.map(({ lastTransitionTime: _, ...condition }: Json) => condition)])
}
