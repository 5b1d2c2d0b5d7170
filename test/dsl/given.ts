import { policies } from '../../controller/src/api/policies.ts'
import type { Json } from '../cluster/apiClient.ts'
import { testUsers, type UserName } from '../cluster/users.ts'
import {
  type DeploymentOptions,
  deploymentObject,
  gatewayObject,
  host,
  rolloutObject,
  routeObject,
  serviceObject,
  shop,
} from './objects.ts'
import { rolloutOf } from './sight.ts'
import { deploymentComplete } from './then/workload.ts'
import type { World } from './world.ts'

export type Given = ReturnType<typeof givenOn>

/** How the world is when the story begins. */
export function givenOn(world: World) {
  const { api, made, controllers, namespace, guarded } = world
  const create = async (object: Json): Promise<Json> => {
    await api.create(object)
    return object
  }
  const words = {
    /** A Deployment whose pods are all available. */
    async deployment(options: DeploymentOptions = {}) {
      made.deployment = await create(deploymentObject(options))
      if (options.replicas !== 0) await world.expect('the Deployment to be complete', deploymentComplete(world, options.name))
    },
    async service(options: { name?: string; selector?: Record<string, string> } = {}) {
      made.service = await create(serviceObject(options))
    },
    /** An HTTPRoute at a Gateway, to the Service alone unless rules say more. */
    async httpRoute(options: { rules?: Json[] } = {}) {
      if (!(await api.get('Gateway', 'gateway'))) await create(gatewayObject())
      made.route = await create(routeObject(options))
      await world.expect('the gateway to have reported on the route', async () =>
        (await api.get('HTTPRoute', shop))?.status?.parents?.length ? undefined : 'it has not',
      )
    },
    /** A Rollout over what was given before: with the Service and the route, if there are any. Waits until it is Healthy, unless told not to. */
    async rollout(spec: Json = {}, { name = shop, await: waits = true }: { name?: string; await?: boolean } = {}) {
      const service = made.service && name === shop ? { service: shop } : {}
      const traffic = made.route ? { traffic: { routes: [{ kind: 'HTTPRoute', name: shop }], ...spec.traffic } } : {}
      made.rollout = await create(rolloutObject({ ...service, ...spec, ...traffic }, { name }))
      if (!waits) return
      await world.expect(`Rollout ${name} to be Healthy`, async () => {
        const status = (await rolloutOf(world, name))?.status
        return status?.phase === 'Healthy' ? undefined : `${status?.phase}: ${status?.message}`
      })
    },
    /** A controller looks after the namespace. */
    async controller(options: { leaderElection?: boolean } = {}) {
      controllers.start({ namespace, ...options, ...(guarded ? {} : { gate: 'paused' as const }) })
    },
    /** The policies of one more release of Serin, which is that user's and has these namespaces. */
    async policiesOf(user: UserName, ...namespaces: string[]) {
      const namespaceSelector = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }] }
      const name = `${user}-${namespaces.join('-')}`
      for (const policy of policies({ serinUser: testUsers[user].username, name, namespaceSelector })) await create(policy)
      const spec = { rollout: 'probe', action: 'promote' }
      for (const at of namespaces)
        await world.expect(`the policies of ${user} to be in force in ${at}`, async () => {
          const probe = { apiVersion: 'serin.dev/v1alpha1', kind: 'RolloutCommand', metadata: { name: 'probe', namespace: at }, spec }
          return (await api.create(probe, { dryRun: true })).spec.requestedBy?.username ? undefined : 'not yet'
        })
    },
    /** The user holds these verbs on Rollouts of the namespace. */
    async may(user: UserName, ...verbs: string[]) {
      const name = `${user}-${verbs.join('-').toLowerCase()}`
      await create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name },
        rules: [{ apiGroups: ['serin.dev'], resources: ['rollouts'], verbs }],
      })
      await create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
      })
      // The authorizer of a real API server learns of it by a watch.
      for (const verb of verbs)
        await world.expect(`${user} to be allowed to ${verb}`, async () => {
          const resourceAttributes = { namespace, verb, group: 'serin.dev', resource: 'rollouts' }
          const { status } = await api.create({
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SubjectAccessReview',
            metadata: {},
            spec: { user, resourceAttributes },
          })
          return status?.allowed ? undefined : 'not yet'
        })
    },
    /** Clients at the gateway, and clients that call the root Service directly; only where a data plane is. */
    async traffic({ rps = 40 }: { rps?: number } = {}) {
      const load = world.cluster.inside?.load
      if (!load) throw new Error('no data plane in this cluster: mark the scenario with only: embedded')
      // The data plane learns of what was just made a moment later.
      await world.cluster.pass(500)
      if (made.route) load.start({ via: { host }, rps, name: 'gateway' })
      load.start({ via: { service: shop, namespace }, rps: rps / 2, name: 'direct' })
    },
  }
  return {
    ...words,
    /** Deployment, Service, HTTPRoute and a Healthy Rollout over them. */
    async shopWithRoute(spec: Json = {}, options: DeploymentOptions = {}) {
      await words.deployment(options)
      await words.service()
      await words.httpRoute()
      await words.rollout(spec)
    },
    /** Deployment, Service and a Healthy Rollout: the Service is all that moves traffic. */
    async shopWithService(spec: Json = {}, options: DeploymentOptions = {}) {
      await words.deployment(options)
      await words.service()
      await words.rollout(spec)
    },
    /** A Deployment and a Healthy Rollout: the pods are the weight. */
    async shopOfPods(spec: Json = {}, options: DeploymentOptions = {}) {
      await words.deployment(options)
      await words.rollout(spec)
    },
  }
}
