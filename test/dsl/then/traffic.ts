import { isDeepStrictEqual } from 'node:util'
import type { Json } from '../../cluster/apiClient.ts'
import { shop } from '../objects.ts'
import { canaryShareOf, readyBehind, routeOf, serviceOf, setOf } from '../sight.ts'
import { told, Unexpected, type World } from '../world.ts'

const runLabel = 'serin.dev/run'
const pinKey = 'pod-template-hash'

/** What holds of Services, routes and requests. */
export function trafficThen(world: World) {
  const load = () => {
    const inside = world.cluster.inside
    if (!inside) throw new Error('no data plane in this cluster: mark the scenario with only: embedded')
    return inside.load
  }
  return {
    /** Percent of the route's requests that go to the canary, by its spec. */
    async routeGives(percent: number) {
      await world.expect(`the route to give the canary ${percent} %`, async () => {
        const route = await routeOf(world)
        const share = route ? canaryShareOf(route) : Number.NaN
        return share === percent ? undefined : `${share} %`
      })
    },
    /** The rules are those that the user wrote, and no label of ours is on it. */
    async routeIsAsBefore() {
      await world.expect('the route to be as it was before the run', async () => {
        const route = await routeOf(world)
        if (!route) return 'it is gone'
        if (route.metadata.labels?.[runLabel] !== undefined) return 'it carries our label'
        const marks = Object.keys(route.metadata.annotations ?? {}).filter((key) => key.startsWith('serin.dev/'))
        if (marks.length > 0) return `it carries ${marks.join(', ')}`
        const shown = route.spec.rules.map(({ backendRefs }: Json) => backendRefs?.map(({ name, weight = 1 }: Json) => [name, weight]))
        const wanted = world.made.route?.spec.rules.map(({ backendRefs }: Json) =>
          backendRefs?.map(({ name, weight = 1 }: Json) => [name, weight]),
        )
        return isDeepStrictEqual(shown, wanted) ? undefined : told(route.spec.rules)
      })
    },
    /** Callers of the root Service meet this version only, by its selector. */
    async serviceIsPinnedTo(version: string) {
      await world.expect(`Service ${shop} to be pinned to ${version}`, async () => {
        const hash = (await setOf(world, version))?.metadata.labels[pinKey]
        const service = await serviceOf(world)
        const pinned = service?.spec.selector?.[pinKey]
        if (hash === undefined) return `no set of ${version}`
        if (service?.metadata.labels?.[runLabel] === undefined) return 'it is not held'
        return pinned === hash ? undefined : `it is pinned to ${pinned}, ${version} is ${hash}`
      })
    },
    async serviceIsAsBefore() {
      await world.expect(`Service ${shop} to be as it was before the run`, async () => {
        const service = await serviceOf(world)
        if (service?.metadata.labels?.[runLabel] !== undefined) return 'it carries our label'
        return isDeepStrictEqual(service?.spec.selector, world.made.service?.spec.selector) ? undefined : told(service?.spec.selector)
      })
    },
    async serviceExists(name: string) {
      await world.expect(`Service ${name} to be there`, async () => ((await serviceOf(world, name)) ? undefined : 'it is not'))
    },
    async serviceIsGone(name: string) {
      await world.expect(`Service ${name} to be gone`, async () => ((await serviceOf(world, name)) ? 'it is there' : undefined))
    },
    /** Ready endpoints of a Service, all of one version. */
    async serviceSendsTo(version: string, count: number, name = shop) {
      await world.expect(`Service ${name} to have ${count} ready endpoints, all of ${version}`, async () => {
        const set = await setOf(world, version)
        const behind = await readyBehind(world, name)
        const foreign = behind.filter((pod) => !pod.startsWith(`${set?.metadata.name}-`))
        return foreign.length === 0 && behind.length === count
          ? undefined
          : `${behind.length}, ${foreign.length} of them of another version`
      })
    },
    /** No request failed but those that a version itself answered badly. */
    async noRequestWasLost() {
      const lost = load()
        .counts()
        .filter(({ cause }) => cause !== undefined && cause !== 'versionError' && cause !== 'incident')
      if (lost.length > 0) throw new Unexpected(`requests were lost: ${JSON.stringify(lost)}`)
      if (answered(load().counts()) === 0) throw new Unexpected('no request was answered at all')
    },
    /** Since the last reset of the counts. */
    async callersMetOnly(client: 'direct' | 'gateway', ...versions: string[]) {
      const counts = load()
        .counts()
        .filter((count) => count.client === client)
      const strange = counts.filter(({ version }) => !versions.includes(version))
      if (strange.length > 0) throw new Unexpected(`${client} callers met ${JSON.stringify(strange)}`)
      if (answered(counts) === 0) throw new Unexpected(`no ${client} caller was answered at all`)
    },
    /** Measured over the coming seconds; the data plane keeps weights exactly. */
    async measuredShareIs(version: string, percent: number, { seconds = 5 }: { seconds?: number } = {}) {
      load().reset()
      await world.cluster.pass(seconds * 1000)
      const counts = load()
        .counts()
        .filter(({ client }) => client === 'gateway')
      const all = counts.reduce((sum, { count }) => sum + count, 0)
      const mine = counts.filter((count) => count.version === version).reduce((sum, { count }) => sum + count, 0)
      const share = (100 * mine) / all
      if (Math.abs(share - percent) > 2) throw new Unexpected(`${version} got ${share.toFixed(1)} % of ${all} requests, not ${percent} %`)
    },
    async countsAreReset() {
      load().reset()
    },
  }
}

const answered = (counts: readonly { code: number; count: number }[]): number =>
  counts.filter(({ code }) => code === 200).reduce((sum, { count }) => sum + count, 0)
