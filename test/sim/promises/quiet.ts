import type { Obj } from '../../../sandbox/src/types.ts'
import { type Asked, isWrite } from '../asked.ts'
import { type Sight, statusOf } from '../book.ts'
import type { Watch } from '../promises.ts'
import { sourceToken } from '../shop.ts'
import { imageOf, isSteady } from './sights.ts'

/** A look at the policies once a minute is not about any Rollout. */
const housekeeping = /^(mutating|validating)admissionpolic|^customresourcedefinitions$/

/** Words that were repeated before are counted ten seconds later, in one write. */
const counts = ({ method, resource }: Asked): boolean => method === 'PATCH' && resource === 'events'

const named = ({ method, resource, name, subresource }: Asked): string =>
  `${method} ${[resource, name, subresource].filter((part) => part !== undefined).join('/')}`

/** A watch that broke again and again lists anew up to 30 s later, and once more when what it had seen is forgotten by then. */
const relistMs = 75_000

/** What stands in the way (no Deployment, no Service) is nothing that is watched: it is looked for every ten seconds, and nothing is written. */
const looksAgain = (sight: Sight): boolean =>
  (statusOf(sight)?.conditions ?? []).some(
    ({ type, status, reason }: Obj['status']) => type === 'Stalled' && status === 'True' && reason !== 'RolledBack',
  )

export const idleIsSilent: Watch = (shop, sim) => {
  let asked: Asked[] | undefined
  const isRelist = ({ method, name }: Asked) => method === 'GET' && name === undefined && sim.undisturbed() < relistMs
  /** Its pods come and go by themselves: the phase follows them. */
  const isRestless = () => {
    const { deployment } = sim.book.of(shop.name)
    return deployment !== undefined && !isSteady(imageOf(deployment))
  }
  const isPhase = ({ resource, subresource }: Asked) => resource === 'rollouts' && subresource === 'status' && isRestless()
  const isSearch = (request: Asked) => !isWrite(request) && looksAgain(sim.book.of(shop.name))
  return {
    asked(request) {
      if (
        request.watch ||
        housekeeping.test(request.resource) ||
        counts(request) ||
        isRelist(request) ||
        isSearch(request) ||
        isPhase(request)
      )
        return undefined
      asked?.push(request)
      return undefined
    },
    rested() {
      asked = []
      return undefined
    },
    idle: () => (asked?.length ? `nobody did anything, and still: ${asked.slice(0, 5).map(named).join(', ')}` : undefined),
  }
}

export const noWriteWithoutNeed: Watch = (_shop, sim) => ({
  asked(request) {
    if (!isWrite(request) || request.status >= 300 || request.changed || request.name === undefined) return undefined
    // Whose sight is old, or whose last answer was lost, may say a thing twice.
    return sim.undisturbed() < 15_000 ? undefined : `${named(request)} changed nothing`
  },
})

/** Requests without a watch that one run may cost: what it is about is read, and read once more before pods are taken away. */
const mostReads = 60

export const fewReads: Watch = (shop, sim) => {
  let reads: Asked[] = []
  /** Let go by hand, or its workload was made anew: what it drains is looked at with every pod that the native controller brings. */
  let released = false
  return {
    asked(request) {
      if (released || isWrite(request) || request.watch || request.name === undefined) return undefined
      reads.push(request)
      return reads.length === mostReads + 1 && sim.undisturbed() > 15_000
        ? `a run of ${shop.name} costs more than ${mostReads} reads: ${reads.slice(-8).map(named).join(', ')}`
        : undefined
    },
    changed(sight, { type, object, old }) {
      const another = object.kind === 'Rollout' && object.status?.run?.id !== old?.status?.run?.id
      // One that was made anew is met for the first time.
      const anew = (object.kind === 'Deployment' || object.kind === 'Rollout') && type === 'ADDED'
      if (another || anew) reads = []
      if (another) released = false
      if (object.kind === 'Rollout' && object.status?.run?.outcome?.released) released = true
      if (object.kind === 'Deployment' && type === 'ADDED' && statusOf(sight)?.run) released = true
      return undefined
    },
  }
}

export const secretsStaySecret: Watch = (shop, sim) => {
  const found = (where: string, text: string) =>
    text.includes(sourceToken) ? `the token of the metric source stands in ${where}` : undefined
  const written = new Set(['Rollout', 'AnalysisRun', 'RolloutCommand', 'Event', 'Notification', 'Service'])
  return {
    changed: (_, { object }) =>
      written.has(object.kind) ? found(`${object.kind} ${object.metadata.name}`, JSON.stringify(object)) : undefined,
    logged: (line) => found('a log', line),
    rested() {
      const namespace = sim.namespaceOf(shop)
      return found(
        'MetricSource default',
        JSON.stringify(sim.sandbox.api.get('serin.dev/v1alpha1', 'MetricSource', namespace, 'default') ?? {}),
      )
    },
  }
}

/** What happens once in the life of a run, or of a command. */
const moments = new Set([
  'RunStarted',
  'GoingBack',
  'Promoting',
  'Promoted',
  'RolledBack',
  'Superseded',
  'Aborted',
  'CommandDone',
  'CommandRefused',
])

export const toldOnce: Watch = (shop) => {
  const told = new Map<string, string>()
  return {
    changed(_, { type, object }) {
      if (object.kind !== 'Event' || type === 'DELETED' || object.regarding?.kind !== 'Rollout' || !moments.has(object.reason))
        return undefined
      const words = `${object.regarding.uid} ${object.reason}: ${object.note}`
      const name = told.get(words)
      told.set(words, object.metadata.name)
      if (object.series?.count > 1) return `"${object.reason}: ${object.note}" was told ${object.series.count} times`
      return name === undefined || name === object.metadata.name
        ? undefined
        : `"${object.reason}: ${object.note}" was told of ${shop.name} by two events`
    },
  }
}

export const noLoudBugs: Watch = () => ({
  logged: (line) =>
    /TypeError|ReferenceError|RangeError|is not a function|Cannot read prop|does not come to rest/.test(line)
      ? line.slice(0, 600)
      : undefined,
})
