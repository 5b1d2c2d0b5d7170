import { AnalysisRunSpec, type AnalysisRunStatus } from '../api/analysisRun.ts'
import { AnalysisTemplateSpec } from '../api/analysisTemplate.ts'
import { RolloutSpec } from '../api/rollout.ts'
import type { RolloutStatus } from '../api/rolloutStatus.ts'
import type { Instant } from '../clock.ts'
import type { KubeClient, KubeObject } from '../kube/types.ts'
import {
  type AnalysisObject,
  type CommandObject,
  type Gate,
  type Observed,
  ownerOf,
  type RolloutObject,
  type RouteView,
} from '../rollout/observed.ts'
import { baselineServiceOf, canaryServiceOf } from '../rollout/routing.ts'
import { routerFor } from '../traffic/registry.ts'
import { heldBy } from '../traffic/runLabels.ts'
import { refusesCanaryService, selects } from '../traffic/serviceRefusals.ts'
import { kindOf } from '../workload/registry.ts'
import { type Caches, keyOf, rolloutIndex, serviceIndex, workloadIndex } from './caches.ts'
import { crashesOf } from './crashes.ts'
import { goesBackToNone, inDisorder, neededReads } from './neededReads.ts'
import { troubleOf } from './trouble.ts'

export interface Sight {
  client: KubeClient
  caches: Caches
  gateOf(namespace: string): Promise<Gate>
}

/** Gathers everything `plan` may know of one Rollout: from the caches, and at the start of a run by a handful of reads. `gone`: there is no such Rollout. */
export async function observe(key: string, sight: Sight, now: Instant): Promise<Observed | 'gone'> {
  const { client, caches } = sight
  const object = caches.rollouts.byKey(key)
  if (!object) return 'gone'
  const rollout = asRollout(object)
  const { namespace } = rollout.metadata
  const { spec } = rollout
  const kind = kindOf(spec.workload.kind)
  const ours = caches.sets.byIndex(rolloutIndex, key)

  const seen = await workloadOf(rollout, sight)
  const gate = await sight.gateOf(namespace)
  const base = {
    rollout,
    kind,
    takenBy: takenBy(object, caches),
    gate,
    analyses: analysesOf(rollout, caches),
    templateOf: (ref: { name: string; scope: 'Namespace' | 'Cluster' }) => templateOf(ref, namespace, caches),
    commands: await commandsOf(rollout, gate, sight),
  }
  const viewed = (workload: KubeObject | undefined, sets = ours) => workload && kind.view(workload, sets, ownerOf(rollout))
  const cached = viewed(seen)
  const first = neededReads(base, cached)
  const found = seen && first.workload ? await presentWorkload(seen, sight) : seen
  const known = found === seen ? cached : viewed(found)
  const listed = found && first.sets ? await allSets(client, found, ours) : undefined
  const reads = listed && inDisorder(base, viewed(found, listed)) ? neededReads(base, cached, true) : first

  const { service, canaryService, baselineService } = await servicesOf(rollout, sight, reads.service)
  const slicesOf = (of: KubeObject | string | undefined) => (typeof of === 'object' ? caches.slices.byIndex(serviceIndex, keyOf(of)) : [])
  const slices = { root: slicesOf(service), canary: slicesOf(canaryService), baseline: slicesOf(baselineService) }
  const lost = found && !listed && typeof service === 'object' && goesBackToNone(rollout, known, service, slices.root)
  const sets = lost ? await allSets(client, found, ours) : (listed ?? ours)
  const routes = reads.routes || (await heldLate(rollout, sight)) ? await routesOf(rollout, sight) : 'unread'
  return {
    ...base,
    workload: viewed(found, sets) ?? 'missing',
    orphanSets: found
      ? []
      : ours.filter((set) => ownedBy(set, rollout)).map(({ metadata }) => ({ name: metadata.name, namespace, uid: metadata.uid ?? '' })),
    setsComplete: first.sets || lost === true,
    crashes: await crashesOf(client, namespace, { run: rollout.status?.run, view: known, now }),
    trouble: await troubleOf(client, namespace, { status: rollout.status, view: known, now }),
    service,
    canaryService,
    baselineService,
    obstacles: reads.obstacles && found ? await obstaclesOf(rollout, found, sight, service) : [],
    slices,
    routes,
  }
}

/**
 * One that is being deleted counts as gone: it waits for its pods only (foreground), and nothing brings them back. Another one than the status
 * knows may be the one before, seen late: that is asked past the cache.
 */
async function workloadOf(
  { metadata: { namespace }, spec, status }: RolloutObject,
  { client, caches }: Sight,
): Promise<KubeObject | undefined> {
  const { kind, name } = spec.workload
  const cached = caches.workloads.get({ namespace, name })
  const known = status?.stable?.workload ?? cached?.metadata.uid
  const found =
    (cached?.metadata.uid === known ? cached : undefined) ?? (await client.get({ apiVersion: 'apps/v1', kind, namespace, name }))
  return found?.metadata.deletionTimestamp ? undefined : found
}

/** As it is now; our copy is brought up to it. */
async function presentWorkload({ apiVersion, kind, metadata }: KubeObject, { client, caches }: Sight): Promise<KubeObject | undefined> {
  const present = await client.get({ apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name })
  if (present) caches.workloads.wrote(present)
  return present?.metadata.deletionTimestamp ? undefined : present
}

/** The workload's ReplicaSets, whoever owns them, as they are now; and those of the Rollout. What is not listed was deleted, whether the cache heard of it or not. */
async function allSets(client: KubeClient, workload: KubeObject, ours: readonly KubeObject[]): Promise<KubeObject[]> {
  const { selector } = workload.spec as { selector: { matchLabels?: Record<string, string> } }
  const labelSelector = Object.entries(selector.matchLabels ?? {})
    .map(([label, value]) => `${label}=${value}`)
    .join(',')
  const listed = await client.list(
    { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
    { namespace: workload.metadata.namespace ?? '', labelSelector },
  )
  const known = new Set(ours.map(({ metadata }) => metadata.uid))
  return listed.filter(
    ({ metadata: { uid, ownerReferences } }) => known.has(uid) || ownerReferences?.some((owner) => owner.uid === workload.metadata.uid),
  )
}

async function servicesOf(
  rollout: RolloutObject,
  { client, caches }: Sight,
  read: boolean,
): Promise<Pick<Observed, 'service' | 'canaryService' | 'baselineService'>> {
  const { namespace, name } = rollout.metadata
  const run = rollout.status?.run
  const spec = run ? (run.spec as unknown as RolloutSpec) : rollout.spec
  const root = spec.service
  const labelled = caches.services.byIndex(rolloutIndex, `${namespace}/${name}`)
  const ours = labelled.filter((service) => service.metadata.name !== root && ownedBy(service, rollout))
  const baselineService = ours.find(({ metadata }) => metadata.name === baselineServiceOf(spec) && metadata.name !== canaryServiceOf(spec))
  const canaryService = ours.find((service) => service !== baselineService)
  const own = { canaryService, baselineService }
  if (root === undefined) return { service: 'unread', ...own }
  const cached = labelled.find((service) => service.metadata.name === root)
  if (cached || !read) return { service: cached ?? 'unread', ...own }
  return { service: (await client.get({ apiVersion: 'v1', kind: 'Service', namespace, name: root })) ?? 'missing', ...own }
}

/** A stranger under a name that a Service of the run needs; other workloads whose pods the root Service selects too. */
async function obstaclesOf(rollout: RolloutObject, workload: KubeObject, { client }: Sight, root: Observed['service']): Promise<string[]> {
  const { namespace, uid, generation } = rollout.metadata
  const found: string[] = []
  const fresh = rollout.spec.canary?.baseline === 'fresh' ? [baselineServiceOf(rollout.spec)] : []
  for (const name of [canaryServiceOf(rollout.spec), ...fresh]) {
    const there = await client.get({ apiVersion: 'v1', kind: 'Service', namespace, name })
    const stranger = there && refusesCanaryService(there, uid)
    if (stranger) found.push(stranger)
  }
  // Once for each edit of the Rollout: a namespace may hold many workloads.
  if (typeof root === 'object' && generation !== rollout.status?.observedGeneration) {
    const others = await client.list({ apiVersion: 'apps/v1', kind: workload.kind }, { namespace })
    const selected = others.filter((other) => other.metadata.uid !== workload.metadata.uid && selects(root, podLabels(other)))
    if (selected.length > 0)
      found.push(
        `Service ${root.metadata.name} also selects the pods of ${selected.map(({ metadata }) => metadata.name).join(', ')}: give it a selector that matches ${workload.metadata.name} only`,
      )
  }
  return found
}

function podLabels(workload: KubeObject): Record<string, string> {
  return (workload.spec as { template: { metadata?: { labels?: Record<string, string> } } }).template.metadata?.labels ?? {}
}

async function routesOf(rollout: RolloutObject, { client, caches }: Sight): Promise<RouteView[]> {
  const { namespace } = rollout.metadata
  const run = rollout.status?.run
  const specs = run ? (run.spec as unknown as RolloutSpec).traffic.routes : rollout.spec.traffic.routes
  return Promise.all(
    specs.map(async ({ kind, name, apiVersion: wanted }): Promise<RouteView> => {
      const served = await caches.routes(kind)
      if (!served) return { apiVersion: wanted ?? '', kind, name, router: undefined, object: undefined }
      const apiVersion = `${served.type.group}/${served.type.version}`
      const object = served.store.get({ namespace, name }) ?? (await client.get({ apiVersion, kind, namespace, name }))
      return { apiVersion, kind, name, router: routerFor(apiVersion, kind), object }
    }),
  )
}

/** Whether routes are held though no run is under way: by a write that came late. As they are now; our copies are brought up to them. */
async function heldLate({ metadata: { namespace, name }, spec, status }: RolloutObject, { client, caches }: Sight): Promise<boolean> {
  if (status?.run) return false
  const held = spec.traffic.routes.flatMap((route) => caches.storeOf(route.kind)?.get({ namespace, name: route.name }) ?? [])
  const ours = held.filter((route) => heldBy(route) === name)
  for (const { apiVersion, kind, metadata } of ours) {
    const present = await client.get({ apiVersion, kind, namespace, name: metadata.name })
    if (present) caches.storeOf(kind)?.wrote(present)
  }
  return ours.length > 0
}

/** Of two Rollouts on one workload the older has it; of two of the same second, the first by name. */
function takenBy(rollout: KubeObject, caches: Caches): string | undefined {
  const { workload } = rollout.spec as { workload: { kind?: string; name: string } }
  const rivals = caches.rollouts.byIndex(workloadIndex, `${rollout.metadata.namespace}/${workload.kind ?? 'Deployment'}/${workload.name}`)
  const age = ({ metadata }: KubeObject) => `${metadata.creationTimestamp} ${metadata.name}`
  return rivals.filter((rival) => age(rival) < age(rollout)).sort((a, b) => (age(a) < age(b) ? -1 : 1))[0]?.metadata.name
}

const parsed = new WeakMap<object, RolloutSpec>()

/** The object with its defaults filled in, as an older CRD may have left some out. Throws what the API server should have refused. */
function asRollout(object: KubeObject): RolloutObject {
  const status = object.status as RolloutStatus | undefined
  const given = object.spec as object
  const spec = parsed.get(given) ?? RolloutSpec.parse(given)
  // Those at rest are many and seldom looked at, and a second copy of each spec is much of what they take.
  if (status?.run) parsed.set(given, spec)
  else parsed.delete(given)
  const { metadata } = object
  const whole =
    status?.phase === undefined
      ? undefined
      : {
          ...status,
          conditions: status.conditions ?? [],
          history: status.history ?? [],
          answers: status.answers ?? [],
          lastRun: status.lastRun ?? 0,
          // An older CRD prunes what it does not know.
          ...(status.run ? { run: { ...status.run, shifts: status.run.shifts ?? [], discarded: status.run.discarded ?? [] } } : {}),
        }
  return { metadata: metadata as RolloutObject['metadata'], spec, ...(whole ? { status: whole } : {}) }
}

const specs = new WeakMap<object, unknown>()

/** A spec with its defaults, parsed once an object. */
function parsedSpec<T>(object: KubeObject, parse: (spec: unknown) => T): T {
  const known = (specs.get(object) as T | undefined) ?? parse(object.spec)
  specs.set(object, known)
  return known
}

/** An AnalysisRun with its defaults filled in. */
export function asAnalysis(object: KubeObject): AnalysisObject {
  const spec = parsedSpec(object, (given) => AnalysisRunSpec.parse(given))
  const status = object.status as AnalysisRunStatus | undefined
  const metadata = object.metadata as AnalysisObject['metadata']
  const lists = {
    metrics: status?.metrics ?? [],
    problems: status?.problems ?? [],
    learned: status?.learned ?? [],
    intervals: status?.intervals ?? 0,
  }
  return { metadata, spec, ...(status?.phase === undefined ? {} : { status: { ...status, ...lists } }) }
}

function analysesOf(rollout: RolloutObject, caches: Caches): AnalysisObject[] {
  const run = rollout.status?.run?.id
  if (run === undefined) return []
  return caches.analyses
    .byIndex(rolloutIndex, `${rollout.metadata.namespace}/${rollout.metadata.name}`)
    .filter((object) => (object.spec as Partial<AnalysisRunSpec>).for?.run === run && ownedBy(object, rollout))
    .map(asAnalysis)
}

function templateOf(
  { name, scope }: { name: string; scope: 'Namespace' | 'Cluster' },
  namespace: string,
  caches: Caches,
): AnalysisTemplateSpec | undefined {
  const object = caches.templates[scope].get(scope === 'Cluster' ? { name } : { namespace, name })
  return object && parsedSpec(object, (given) => AnalysisTemplateSpec.parse(given))
}

/**
 * What nobody has answered, oldest first. Read once more before it is obeyed: whoever led before may have obeyed it, and answered, and our watch of
 * commands be further behind than that of Rollouts.
 */
async function commandsOf({ metadata, status }: RolloutObject, gate: Gate, { client, caches }: Sight): Promise<CommandObject[]> {
  const { namespace, name, deletionTimestamp } = metadata
  const known = () => caches.commands.byIndex(rolloutIndex, `${namespace}/${name}`)
  // Not heard of yet, by a leader that follows: its answer stays in the status until the command shows it.
  for (const { uid, name: of } of status?.answers ?? []) {
    if (known().some(({ metadata }) => metadata.uid === uid)) continue
    const read = await client.get({ apiVersion: 'serin.dev/v1alpha1', kind: 'RolloutCommand', namespace, name: of })
    if (read) caches.commands.wrote(read)
  }
  const asked = known().filter(unanswered)
  const obeyed = new Set(status?.answers.map(({ uid }) => uid))
  const idle = typeof gate === 'object' || deletionTimestamp !== undefined
  const present = await Promise.all(
    asked.map(async (command) => {
      const { uid = '', name: of } = command.metadata
      if (idle || obeyed.has(uid)) return command
      const read = await client.get({ apiVersion: command.apiVersion, kind: command.kind, namespace, name: of })
      if (read?.metadata.uid !== uid) caches.commands.removed(command.metadata, uid)
      if (read) caches.commands.wrote(read)
      return read
    }),
  )
  return present
    .filter((command) => command !== undefined)
    .filter(unanswered)
    .sort(byAge) as unknown as CommandObject[]
}

const unanswered = ({ status }: KubeObject): boolean => {
  const phase = (status as { phase?: string } | undefined)?.phase
  return phase === undefined || phase === 'Pending'
}

const byAge = (a: KubeObject, b: KubeObject): number => {
  const age = ({ metadata }: KubeObject) => `${metadata.creationTimestamp} ${metadata.resourceVersion?.padStart(20, '0')}`
  return age(a) < age(b) ? -1 : 1
}

const ownedBy = (object: KubeObject, rollout: RolloutObject): boolean =>
  object.metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === rollout.metadata.uid) ?? false
