import type { Json } from '../cluster/apiClient.ts'
import type { KindName } from '../dsl/api.ts'
import { sourceObject, templateObject } from '../dsl/evidence.ts'
import { shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { rolloutOf } from '../dsl/sight.ts'
import { told, Unexpected } from '../dsl/world.ts'

const apiVersion = 'serin.dev/v1alpha1'
const monthMs = 31 * 24 * 3_600_000

/** A route of one of the kinds that carry no HTTP by name. */
const routeOf = (kind: 'GRPCRoute' | 'TCPRoute' | 'TLSRoute'): Json => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name: shop },
  spec: {
    parentRefs: [{ name: 'gateway' }],
    ...(kind === 'TCPRoute' ? {} : { hostnames: ['shop.example.com'] }),
    rules: [{ backendRefs: [{ name: shop, port: 80 }] }],
  },
})

const gateway: Json = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gateway' },
  spec: {
    gatewayClassName: 'sandbox',
    listeners: [
      { name: 'http', port: 80, protocol: 'HTTP' },
      { name: 'tcp', port: 9000, protocol: 'TCP' },
      { name: 'tls', port: 9443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
    ],
  },
}

/** What the controller may do: each right that no other story needs has one here. */
export const rights: Scenario[] = [
  ...(['GRPCRoute', 'TCPRoute', 'TLSRoute'] as const).map((kind) =>
    scenario(`a canary by the weights of a ${kind}`, async ({ given, when, then, world }) => {
      const weights = async () => (await world.api.get(kind, shop))?.spec.rules[0].backendRefs.map(({ weight }: Json) => weight)
      await given.deployment()
      await given.service()
      await world.api.create(gateway)
      await world.api.create(routeOf(kind))
      await given.rollout({ canary: twentyThenAsk, traffic: { routes: [{ kind, name: shop }] } })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      if (String(await weights()) !== '80,20') throw new Unexpected(told(await weights()))
      await when.asks('promote')
      await then.lastRunWas('Promoted')
      await then.nothingIsLeftOfTheRun()
      if (String(await weights()) !== '1') throw new Unexpected(told(await weights()))
    }),
  ),

  scenario('sources that sign in and a Job that nobody waits for any more', async ({ given, when, then, world }) => {
    const everywhere = `rights-${world.namespace}`
    // A Job that takes long: its image cannot be pulled (real), or it runs for a minute (embedded).
    const job = { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'smoke', image: 'missing:slow' }] } } }
    const threshold = { query: 'vector(1)', pass: 'value < 2', count: 1_000 }
    const state = async (kind: KindName, name: string) => (await world.api.get(kind, name))?.status?.state
    await world.api.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'signing-in' }, stringData: { token: 'abc' } })
    await world.api.create(sourceObject({ auth: { bearer: { tokenRef: { name: 'signing-in', key: 'token' } } } }))
    await world.api.create({ ...sourceObject(), kind: 'ClusterMetricSource', metadata: { name: everywhere } })
    try {
      await world.api.create(
        templateObject(
          [
            { name: 'here', threshold },
            { name: 'everywhere', threshold, source: { name: everywhere, scope: 'Cluster' } },
            { name: 'smoke', job: { template: { backoffLimit: 0, ...job } } },
          ],
          { name: 'checks', interval: '5s' },
        ),
      )
      await given.shopWithService({ blueGreen: {}, analysis: { before: { templates: [{ name: 'checks' }], deadline: '10m' } } })
      await when.imageBecomes('v2')
      await then.waitsFor('what is measured before the switch must pass')
      for (const [kind, name] of [
        ['MetricSource', 'default'],
        ['ClusterMetricSource', everywhere],
      ] as const)
        await world.expect(`a state of ${kind} ${name}`, async () => ((await state(kind, name)) ? undefined : 'none'))
      await world.expect('a Job', async () => ((await world.api.list('Job')).length === 1 ? undefined : 'none'))
      await when.asks('abort')
      await then.lastRunWas('Aborted')
      await world.expect('the Job to end', async () => {
        const left = await world.api.list('Job')
        return left.every(({ metadata }) => metadata.deletionTimestamp) ? undefined : told(left.map(({ status }) => status))
      })
    } finally {
      await world.api.delete('ClusterMetricSource', everywhere)
    }
  }),

  scenario("an analysis of the name of a run's own is not taken for it", async ({ given, when, then, world }) => {
    await world.api.create({
      apiVersion,
      kind: 'AnalysisRun',
      metadata: { name: 'shop-1' },
      spec: { metrics: [{ name: 'ok', threshold: { query: 'vector(0)', pass: 'value < 1' } }], arms: { canary: { pods: 'a' } } },
    })
    await world.api.create(templateObject([{ name: 'ok', threshold: { query: 'vector(0)', pass: 'value < 1' } }]))
    await given.shopWithRoute({ canary: twentyThenAsk, analysis: { templates: [{ name: 'http' }] } })
    await when.imageBecomes('v2')
    await then.waitsFor("AnalysisRun shop-1 exists already and is not Serin's: rename or delete it")
    await world.api.delete('AnalysisRun', 'shop-1')
    await world.expect('an analysis of the run', async () =>
      (await world.api.get('AnalysisRun', 'shop-1'))?.spec.for ? undefined : 'none',
    )
  }),

  // The controller looks for what is old once an hour.
  scenario('commands and analyses a month old are deleted', { only: 'embedded' }, async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    const [old, fresh] = [await when.asks('abort'), await when.asks('abort')]
    for (const name of [old, fresh]) await then.commandWas(name, 'Refused')
    const longAgo = new Date(world.cluster.clock.now() - monthMs).toISOString()
    const said = { phase: 'Pass', message: 'it passed', endedAt: longAgo }
    const spec = { metrics: [{ name: 'ok', threshold: { query: 'vector(0)', pass: 'value < 1' } }], arms: { canary: { pods: 'a' } } }
    await world.api.create({ apiVersion, kind: 'AnalysisRun', metadata: { name: 'by-hand' }, spec })
    await world.api.patch('AnalysisRun', 'by-hand', 'merge', { status: said }, { subresource: 'status' })
    await world.api.patch('RolloutCommand', old, 'merge', { status: { at: longAgo } }, { subresource: 'status' })
    await when.timePasses(3_600_000)
    await world.expect('only the new command to be left', async () => {
      const left = [...(await world.api.list('RolloutCommand')), ...(await world.api.list('AnalysisRun'))]
      return left.length === 1 && left[0]?.metadata.name === fresh ? undefined : told(left.map(({ metadata }) => metadata.name))
    })
  }),

  // Kubernetes asks for this one itself, in the middle of our write; so it is in no record of what we ask.
  scenario(
    'a promotion without update on deployments/finalizers waits and says so, and goes on when it is given',
    { alone: true },
    async ({ given, when, then, world }) => {
      const { rules } = (await world.api.get('ClusterRole', 'serin-controller')) ?? {}
      const without = rules.filter(({ resources }: Json) => !resources.includes('deployments/finalizers'))
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      try {
        await world.api.patch('ClusterRole', 'serin-controller', 'merge', { rules: without })
        await world.expect('the right to be gone', async () => ((await mayFinalize(world)) ? 'not yet' : undefined))
        await when.asks('promote')
        await then.waitsFor("cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on")
      } finally {
        await world.api.patch('ClusterRole', 'serin-controller', 'merge', { rules })
      }
      await world.expect(
        'the promotion',
        async () => ((await rolloutOf(world))?.status.history?.[0]?.result === 'Promoted' ? undefined : 'not yet'),
        120_000,
      )
      await then.isOrdinaryDeployment({ revision: 2, version: 'v2' })
    },
  ),
]

async function mayFinalize({ api, namespace }: { api: { create(object: Json): Promise<Json> }; namespace: string }): Promise<boolean> {
  const resourceAttributes = { namespace, verb: 'update', group: 'apps', resource: 'deployments', subresource: 'finalizers' }
  const { status } = await api.create({
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user: 'system:serviceaccount:serin-system:serin', groups: ['system:serviceaccounts'], resourceAttributes },
  })
  return status?.allowed === true
}
