import type { CommandAction } from '../../controller/src/api/rolloutCommand.ts'
import type { Json } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'
import { type KindName, Refused } from './api.ts'
import type { Ambush, Death } from './lifeline.ts'
import { imageOf, shop } from './objects.ts'
import { rolloutOf } from './sight.ts'
import { Unexpected, type World } from './world.ts'

export type When = ReturnType<typeof whenOn>

export interface Asking {
  as?: UserName
  rollout?: string
  run?: number
  step?: number
  revision?: string
  reason?: string
  /** What the client claims about who asks. */
  claims?: Json
  /** Name of the command; default: made up. */
  name?: string
}

/** What happens. Each resolves when it is done, not when it has had its effects. */
export function whenOn(world: World) {
  const { api, controllers, cluster } = world
  let commands = 0
  const present = async (kind: KindName, name = shop): Promise<Json> => {
    const object = await api.get(kind, name)
    if (!object) throw new Unexpected(`${kind} ${name} is not there`)
    return object
  }
  /** Reads, changes and writes back as a whole; again when somebody else was faster. */
  const rewrite = async (kind: KindName, name: string, change: (object: Json) => Json, as: UserName = 'admin'): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        await world.as(as).replace(change(await present(kind, name)))
        return
      } catch (error) {
        if (!(error instanceof Refused && error.code === 409) || attempt === 20) throw error
      }
    }
  }
  const templateWith = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'web', image }] } } } })

  return {
    /** As `kubectl set image` does it. */
    async imageBecomes(version: string, { as = 'admin' }: { as?: UserName } = {}) {
      await world.as(as).patch('Deployment', shop, 'strategic', templateWith(imageOf(version)))
    },
    /** A read, an edit and a PUT of the whole Deployment. */
    async deploymentIsPut(change: (deployment: Json) => Json, { as = 'admin' }: { as?: UserName } = {}) {
      await rewrite('Deployment', shop, change, as)
    },
    async deploymentIsPatched(patch: Json, { as = 'admin' }: { as?: UserName } = {}) {
      await world.as(as).patch('Deployment', shop, 'strategic', patch)
    },
    /** `kubectl rollout resume`. */
    async somebodyResumes({ as = 'admin' }: { as?: UserName } = {}) {
      await world.as(as).patch('Deployment', shop, 'strategic', { spec: { paused: false } })
    },
    async scaledTo(replicas: number) {
      await api.patch('Deployment', shop, 'merge', { spec: { replicas } }, { subresource: 'scale' })
    },
    /** Break-glass: as `serin release` does it. */
    async released(reason: string, { as = 'admin' }: { as?: UserName } = {}) {
      await world
        .as(as)
        .patch('Deployment', shop, 'merge', { metadata: { annotations: { 'serin.dev/release': reason } }, spec: { paused: false } })
    },
    /** A GitOps tool applies what stands in its repository. */
    async applied(object: Json, options: { manager?: string; force?: boolean; as?: UserName } = {}) {
      const { manager = 'gitops', force = true, as = 'admin' } = options
      await world.as(as).apply(object, { manager, force })
    },
    /** `kubectl replace`: PUT of what stands in the repository. */
    async replaced(object: Json, { as = 'admin' }: { as?: UserName } = {}) {
      const there = await present(object.kind, object.metadata.name)
      // As kubectl does it: an update of a custom resource must name the version it replaces.
      const spec =
        object.kind === 'Service' ? { ...object.spec, clusterIP: there.spec.clusterIP, clusterIPs: there.spec.clusterIPs } : object.spec
      const { resourceVersion } = there.metadata
      await world.as(as).replace({ ...object, metadata: { ...object.metadata, resourceVersion }, spec })
    },
    async rewritten(kind: KindName, change: (object: Json) => Json, { name = shop, as = 'admin' }: { name?: string; as?: UserName } = {}) {
      await rewrite(kind, name, change, as)
    },
    async rolloutIsPatched(spec: Json, { as = 'admin' }: { as?: UserName } = {}) {
      await world.as(as).patch('Rollout', shop, 'merge', { spec })
    },
    async created(object: Json) {
      await api.create(object)
    },
    async deleted(kind: KindName, name = shop, { as = 'admin' }: { as?: UserName } = {}) {
      await world.as(as).delete(kind, name)
    },
    async namespaceDeleted() {
      await api.delete('Namespace', world.namespace)
    },

    /** A RolloutCommand; the name of it. Not aimed at any run unless told so. */
    async asks(action: CommandAction, asking: Asking = {}): Promise<string> {
      const { as = 'admin', rollout = shop, claims, name = `command-${++commands}-${action.toLowerCase()}`, ...aim } = asking
      await world.as(as).create({
        apiVersion: 'serin.dev/v1alpha1',
        kind: 'RolloutCommand',
        metadata: { name },
        spec: { rollout, action, ...aim, ...(claims === undefined ? {} : { requestedBy: claims }) },
      })
      return name
    },

    async controllerDies() {
      for (const patient of controllers.running()) patient.kill()
    },
    async controllerStops() {
      for (const patient of [...controllers.running()]) {
        let stopped = false
        const stopping = patient.stop().then(() => {
          stopped = true
        })
        await world.expect('the controller to stop', async () => (stopped ? undefined : 'it does not'))
        await stopping
      }
    },
    async anotherControllerStarts(options: { leaderElection?: boolean } = {}) {
      controllers.start({ namespace: world.namespace, ...options, ...(world.guarded ? {} : { gate: 'paused' as const }) })
    },
    /** It dies at its n-th write from now; another starts at once. */
    async controllerWillDie(death: Death) {
      const [patient] = controllers.running()
      if (!patient) throw new Unexpected('no controller runs')
      controllers.dieAt(patient, death)
    },
    /** In the moment before the controller's next write of that kind arrives, something happens. */
    async justBefore(match: RegExp, deed: Ambush['deed'], { times = 1 }: { times?: number } = {}) {
      for (const { lifeline } of controllers.running()) lifeline.ambush({ match, deed, times })
    },
    /** The one that holds the lease dies; whoever stands by takes over. */
    async leaderDies() {
      const leader = controllers.running().find(({ controller }) => controller.isLeading())
      if (!leader) throw new Unexpected('nobody leads')
      leader.kill()
    },
    async apiServerRestarts() {
      await cluster.restartApiServer()
    },
    async gatewayFallsSilent() {
      cluster.gateway({ reports: false })
    },
    async timePasses(ms: number) {
      await cluster.pass(ms)
    },
    /** Of the run that is under way. */
    async runId(): Promise<number> {
      return (await rolloutOf(world))?.status?.run?.id
    },
  }
}
