import { afterEach, describe, expect, it } from 'vitest'
import type { Json } from '../cluster/apiClient.ts'
import type { UserName } from '../cluster/users.ts'
import { apiOver } from '../dsl/api.ts'
import type { Cluster } from '../dsl/cluster.ts'
import { embeddedCluster } from '../dsl/embedded.ts'
import { lifeline } from '../dsl/lifeline.ts'
import { deploymentObject, shop } from '../dsl/objects.ts'
import { type ArgoShop, argoShop, type ShopOptions } from './argoShop.ts'
import { type } from './typing.ts'

const command = `migrate argo ${shop} --settle 1s --timeout 5s`
let open: Cluster | undefined

afterEach(() => open?.stop())

async function given(options: ShopOptions = {}, user: UserName = 'admin') {
  open = embeddedCluster(1)
  const at = await argoShop(open, options)
  const line = lifeline(open.transportFor(user))
  const cluster = open
  return { ...at, line, serin: (words = command, dead?: AbortSignal) => type(cluster, at.namespace, line, words, dead) }
}

const argoApi = 'argoproj.io/v1alpha1'
const spec = (change: Json) => (at: ArgoShop) => at.client.merge(at.ref(argoApi, 'Rollout', shop), { spec: change }).then(at.answer)
const status = (change: Json) => (at: ArgoShop) => at.status(change)
const weight = (canary: number) => async (at: ArgoShop) => {
  const path = '/spec/rules/0/backendRefs/1/weight'
  await at.client.patch(at.ref('gateway.networking.k8s.io/v1', 'HTTPRoute', shop), [{ op: 'replace', path, value: canary }])
}

/** A ReplicaSet of the Rollout beside the stable one. */
async function second(at: ArgoShop): Promise<void> {
  const set = await at.get('apps/v1', 'ReplicaSet', at.setName)
  const labels = { app: shop, 'rollouts-pod-template-hash': 'other' }
  const { ownerReferences } = set.metadata
  await at.client.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${shop}-other`, namespace: at.namespace, labels, ownerReferences },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { ...set.spec.template, metadata: { labels } },
    },
  })
}

describe('refused before the first write', () => {
  it.each<[string, ShopOptions, (at: ArgoShop) => Promise<unknown>, string]>([
    ['a run under way', {}, status({ currentPodHash: 'abc' }), 'is under way (abc is to replace 6cf78c66c5): promote or abort it'],
    ['a pause', {}, status({ pauseConditions: [{ reason: 'CanaryPauseStep' }] }), 'is paused (CanaryPauseStep): resume it'],
    ['an aborted run', {}, status({ abort: true }), 'was aborted: bring back the stable template'],
    ['a Rollout that is not healthy', {}, status({ phase: 'Degraded', message: 'no' }), 'is Degraded (no): it has to be Healthy'],
    ['a spec that Argo has not seen', {}, status({ observedGeneration: '99' }), 'has not seen the newest spec'],
    ['a second set with pods', { strategy: 'blueGreen' }, second, `ReplicaSet ${shop}-other has pods beside the stable`],
    ['a weight in between', {}, weight(20), `still sends to Service ${shop}-canary (weight 20): it has to be 0`],
    [
      'another router',
      {},
      spec({ strategy: { canary: { trafficRouting: { nginx: { stableIngress: 'x' } } } } }),
      'traffic is steered by nginx: Serin moves routes of the Gateway API only',
    ],
    [
      'ping-pong',
      {},
      spec({ strategy: { canary: { pingPong: { pingService: 'a', pongService: 'b' } } } }),
      'spec.strategy.canary.pingPong',
    ],
    [
      'a Deployment of that name',
      {},
      (at) => at.client.create({ ...deploymentObject({ replicas: 0 }), metadata: { name: shop, namespace: at.namespace } } as Json),
      `there is a Deployment ${shop} already that has nothing to do with this Rollout`,
    ],
    [
      'a referenced Deployment with pods of its own',
      { referenced: true },
      (at) => at.client.merge(at.ref('apps/v1', 'Deployment', shop), { spec: { replicas: 2 } }),
      `Deployment ${shop} runs pods of its own`,
    ],
    [
      "another's autoscaler",
      { autoscaler: true },
      (at) =>
        at.client.merge(at.ref('autoscaling/v2', 'HorizontalPodAutoscaler', shop), {
          metadata: { ownerReferences: [{ apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: shop, uid: 'u', controller: true }] },
        }),
      `belongs to ScaledObject ${shop}, which would point it back`,
    ],
    [
      'a Rollout of Serin that is there already',
      {},
      (at) =>
        at.client.create({
          apiVersion: 'serin.dev/v1alpha1',
          kind: 'Rollout',
          metadata: { name: shop, namespace: at.namespace },
          spec: { workload: { name: 'x' } },
        }),
      `there is a Rollout ${shop} of Serin already`,
    ],
  ])('%s', async (_, options, change, sentence) => {
    const at = await given(options)
    await change(at)
    const said = await at.serin()
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining(sentence) })
    expect(said.err).toContain('Nothing was changed.')
    expect(at.line.log).toEqual([])
  })

  it('rights that are missing, all of them at once', async () => {
    const at = await given({}, 'anna')
    const rules = [
      { apiGroups: ['argoproj.io'], resources: ['rollouts'], verbs: ['get'] },
      { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
    ]
    const admin = apiOver(at.cluster.transportFor('admin'), at.namespace)
    const rbac = 'rbac.authorization.k8s.io'
    await admin.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'looks' }, rules })
    await admin.create({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'looks' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'looks' },
      subjects: [{ apiGroup: rbac, kind: 'User', name: 'anna' }],
    })
    const said = await at.serin()
    expect(said).toMatchObject({ code: 1, err: expect.stringContaining('you may not: patch rollouts.argoproj.io (namespace') })
    expect(at.line.log).toEqual([])
  })

  it('a way back that was never begun', async () => {
    const at = await given()
    expect(await at.serin(`${command} --back`)).toMatchObject({ code: 1, err: expect.stringContaining('nothing to take back') })
  })

  it('a name that is not there, and half a command', async () => {
    const at = await given()
    expect(await at.serin('migrate argo nobody')).toMatchObject({
      code: 3,
      err: expect.stringContaining('there is no Rollout nobody of Argo'),
    })
    expect(await at.serin('migrate argo')).toMatchObject({ code: 3, err: expect.stringContaining('serin migrate argo NAME') })
  })
})

describe('stopped on the way', () => {
  it('a controller of Argo that goes on answering: nothing else is touched, and it can be taken back', async () => {
    const at = await given()
    const killed = new AbortController()
    at.line.dieAt({ atWrite: 1, write: 'done' }, () => killed.abort())
    await at.serin(command, killed.signal)
    await at.answer()
    expect(await at.serin()).toMatchObject({ code: 1, err: expect.stringContaining('a controller of Argo still answers') })
    expect(at.line.log.length).toBe(1)
    expect(await at.serin(`${command} --back`)).toMatchObject({ code: 0 })
    expect((await at.argo()).spec.paused).toBeUndefined()
  })

  it('without a controller of Serin it waits, says so and can go on', async () => {
    const at = await given()
    const said = await at.serin()
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('no controller of Serin has looked at it yet') })
    expect(said.err).toContain(`--back`)
  })

  it('what Git keeps is not finished before Git was changed', async () => {
    const at = await given()
    await at.client.merge(at.ref(argoApi, 'Rollout', shop), { metadata: { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } } })
    expect(await at.serin(`${command} --finish`)).toMatchObject({ code: 1, err: expect.stringContaining('Argo CD keeps Argo Rollout') })
  })
})
