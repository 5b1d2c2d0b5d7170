import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import { actionVerbs } from '../../controller/src/api/rights.ts'
import type { Json } from '../cluster/apiClient.ts'
import { type Api, apiOver, type KindName } from '../dsl/api.ts'
import { sourceObject } from '../dsl/evidence.ts'
import { shop, twentyThenAsk } from '../dsl/objects.ts'
import { type Scenario, scenario } from '../dsl/scenario.ts'
import { told, Unexpected, type World } from '../dsl/world.ts'

const group = 'serin.dev'

interface Member {
  name: string
  api: Api
  /** What the API server's authorizer says. */
  may(verb: string, resource: string, where?: { group?: string; name?: string; namespace?: string }): Promise<boolean>
}

/** Somebody of a group, whom the administrator impersonates: that is how `kubectl --as` does it. */
function member(world: World, name: string, of: string): Member {
  const admin = world.cluster.transportFor('admin')
  const headers = { 'impersonate-user': name, 'impersonate-group': of }
  const transport = {
    ...admin,
    send: (request: Parameters<typeof admin.send>[0]) => admin.send({ ...request, headers: { ...request.headers, ...headers } }),
  }
  return {
    name,
    api: apiOver(transport, world.namespace),
    async may(verb, resource, { group: apiGroup = group, namespace = world.namespace, ...where } = {}) {
      const resourceAttributes = { verb, group: apiGroup, resource, namespace, ...where }
      const spec = { user: name, groups: [of], resourceAttributes }
      const { status } = await world.api.create({ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: {}, spec })
      return status?.allowed === true
    },
  }
}

/** The objects of a file in examples/rights, made for the scenario's Rollout instead of checkout. */
async function applied(world: World, file: string): Promise<void> {
  const text = readFileSync(new URL(`../../examples/rights/${file}.yaml`, import.meta.url), 'utf8')
  for (const document of parseAllDocuments(text.replaceAll('[checkout]', `[${shop}]`)))
    await world.api.apply(document.toJS(), { manager: 'examples', force: true })
}

const command = (action: string, rollout = shop): Json => ({
  apiVersion: `${group}/v1alpha1`,
  kind: 'RolloutCommand',
  metadata: { name: `${action.toLowerCase()}-${rollout}` },
  spec: { rollout, action },
})

/** The authorizer of a real API server learns of new bindings by a watch. */
const until = (world: World, what: string, may: () => Promise<boolean>) =>
  world.expect(what, async () => ((await may()) ? undefined : 'not yet'))

async function none(questions: Record<string, Promise<boolean>>): Promise<void> {
  for (const [what, answer] of Object.entries(questions)) if (await answer) throw new Unexpected(`may ${what}`)
}

/** What the roles for people let them do, and what not; the examples in examples/rights are tried here. */
export const people: Scenario[] = [
  scenario('whoever edits a namespace starts releases and asks, but moves none on', async ({ given, when, then, world }) => {
    await given.shopWithRoute({ canary: twentyThenAsk })
    await when.imageBecomes('v2', { as: 'anna' })
    await then.runIs({ step: 1, weight: 20 })
    const anna = world.as('anna')
    for (const action of actionVerbs.filter((verb) => verb !== 'release'))
      await then.isRefused(
        () => anna.create(command(action)),
        `anna may not ${action} rollout shop: needs the verb ${action} on rollouts.serin.dev`,
      )
    await then.isRefused(() => when.rolloutIsPatched({ canary: { steps: [{ weight: 20 }] } }, { as: 'anna' }), 'anna may not change canary')
    await then.isRefused(() => when.deleted('Rollout', shop, { as: 'anna' }), 'anna may not delete rollout shop')
    // Ways round: to say that the run is over, to blind it, to have it judged by figures of one's own.
    const status = { status: { run: null } }
    await then.isRefused(
      () => anna.patch('Rollout', shop, 'merge', status, { subresource: 'status' }),
      'cannot patch resource "rollouts/status"',
    )
    await then.isRefused(() => anna.delete('AnalysisRun', 'shop-1'), 'cannot delete resource "analysisruns"')
    await then.isRefused(() => anna.create(sourceObject()), 'cannot create resource "metricsources"')
    await then.runIs({ step: 1, weight: 20 })
  }),

  scenario('examples/rights/team: a team edits its namespace and moves its releases on', async ({ given, then, world }) => {
    const bert = member(world, 'bert', 'shop-team')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await then.isRefused(() => bert.api.create(command('promote')), /forbidden/i)
    await applied(world, 'team')
    await until(
      world,
      'the team to be allowed',
      async () => (await bert.may('promote', 'rollouts')) && (await bert.may('create', 'rolloutcommands')),
    )
    await bert.api.patch('Deployment', shop, 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'demo:v2' }] } } },
    })
    await then.runIs({ step: 1, weight: 20 })
    await then.isRefused(() => bert.api.create(command('promoteFull')), 'bert may not promoteFull rollout shop')
    await bert.api.create(command('promote'))
    await then.commandIsBy('promote-shop', 'bert', ['shop-team', 'system:authenticated'])
    await then.lastRunWas('Promoted')
    await none({
      'promote elsewhere': bert.may('promote', 'rollouts', { namespace: 'default' }),
      release: bert.may('release', 'rollouts'),
      'write sources': bert.may('create', 'metricsources'),
      'write sources of the cluster': bert.may('create', 'clustermetricsources', { namespace: '' }),
      'give rights': bert.may('create', 'rolebindings', { group: 'rbac.authorization.k8s.io' }),
    })
  }),

  scenario('examples/rights/approvers: a group moves one release on, and touches nothing else', async ({ given, when, then, world }) => {
    const olga = member(world, 'olga', 'checkout-approvers')
    await given.shopWithRoute({ canary: twentyThenAsk })
    await applied(world, 'approvers')
    await until(
      world,
      'the approvers to be allowed',
      async () => (await olga.may('promote', 'rollouts', { name: shop })) && (await olga.may('create', 'rolloutcommands')),
    )
    await when.imageBecomes('v2')
    await then.runIs({ step: 1, weight: 20 })
    await then.isRefused(() => olga.api.create(command('promote', 'cart')), 'olga may not promote rollout cart: needs the verb promote')
    await then.isRefused(() => olga.api.create(command('undo')), 'olga may not undo rollout shop')
    await then.isRefused(
      () => olga.api.patch('Rollout', shop, 'merge', { spec: { canary: { steps: [{ weight: 20 }] } } }),
      'cannot patch resource "rollouts"',
    )
    await then.isRefused(() => olga.api.list('Rollout'), 'cannot list resource "rollouts"')
    await none({
      'patch Deployments': olga.may('patch', 'deployments', { group: 'apps' }),
      'delete the Rollout': olga.may('delete', 'rollouts', { name: shop }),
      'read Secrets': olga.may('get', 'secrets', { group: '' }),
    })
    await olga.api.create(command('promote'))
    await then.commandIsBy('promote-shop', 'olga', ['checkout-approvers', 'system:authenticated'])
    await then.lastRunWas('Promoted')
  }),

  scenario(
    'examples/rights/auditors: they see releases and who asked, in every namespace, and change nothing',
    async ({ given, when, then, world }) => {
      const nora = member(world, 'nora', 'auditors')
      await given.shopWithRoute({ canary: twentyThenAsk })
      await when.imageBecomes('v2')
      await then.runIs({ step: 1, weight: 20 })
      await when.asks('abort', { reason: 'wrong image' })
      await then.lastRunWas('Aborted')
      try {
        await applied(world, 'auditors')
        await until(world, 'the auditors to be allowed', () => nora.may('list', 'rolloutcommands'))
        const [asked] = await nora.api.list('RolloutCommand')
        if (asked?.spec.requestedBy?.username !== 'admin' || asked.spec.reason !== 'wrong image') throw new Unexpected(told(asked?.spec))
        const seen = await nora.api.get('Rollout', shop)
        if (seen?.status.history?.[0]?.result !== 'Aborted') throw new Unexpected(told(seen?.status))
        for (const kind of [
          'AnalysisRun',
          'AnalysisTemplate',
          'MetricSource',
          'ClusterMetricSource',
          'ClusterAnalysisTemplate',
        ] satisfies KindName[])
          await nora.api.list(kind)
        if (!(await nora.may('list', 'rollouts', { namespace: 'default' }))) throw new Unexpected('not in other namespaces')
        await then.isRefused(() => nora.api.list('Secret'), 'cannot list resource "secrets"')
        await then.isRefused(() => nora.api.create(command('promote')), 'cannot create resource "rolloutcommands"')
        const verbs = ['create', 'update', 'patch', 'delete', ...actionVerbs]
        await none(Object.fromEntries(verbs.map((verb) => [`${verb} rollouts`, nora.may(verb, 'rollouts')])))
      } finally {
        await world.api.delete('ClusterRoleBinding', 'release-auditors')
      }
    },
  ),

  scenario('the administrator of a namespace holds every action, and may give it to others', async ({ given, then, world }) => {
    const owner = member(world, 'owner', 'owners')
    const rbac = 'rbac.authorization.k8s.io'
    await given.shopWithRoute({ canary: twentyThenAsk })
    await world.api.create({
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { name: 'owners' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'admin' },
      subjects: [{ apiGroup: rbac, kind: 'Group', name: 'owners' }],
    })
    for (const verb of actionVerbs) await until(world, `the owner to be allowed to ${verb}`, () => owner.may(verb, 'rollouts'))
    const rules = [{ apiGroups: [group], resources: ['rollouts'], resourceNames: [shop], verbs: ['promote'] }]
    await owner.api.create({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name: 'promoters' }, rules })
    await owner.api.create(sourceObject())
    const everywhere = { ...sourceObject(), kind: 'ClusterMetricSource', metadata: { name: `people-${world.namespace}` } }
    await then.isRefused(() => owner.api.create(everywhere), 'cannot create resource "clustermetricsources"')
    await none({ 'promote elsewhere': owner.may('promote', 'rollouts', { namespace: 'default' }) })
  }),

  scenario('what the controller may do shows no wildcard, and Secrets only where analyses were given them', async ({ world }) => {
    const rulesIn = async (namespace: string): Promise<Json[]> => {
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', metadata: {}, spec: { namespace } }
      return (await world.as('serin').create(review)).status.resourceRules
    }
    await world.expect('Secrets in the namespace', async () => {
      const secrets = (await rulesIn(world.namespace)).filter(({ resources }) => resources.includes('secrets'))
      return told(secrets.map(({ verbs }) => verbs)) === told([['get']]) ? undefined : told(secrets)
    })
    for (const namespace of ['default', 'kube-system', 'serin-system', world.namespace]) {
      const rules = await rulesIn(namespace)
      if (rules.length < 10) throw new Unexpected(`${namespace}: ${told(rules)}`)
      const wild = rules.filter(({ apiGroups, resources, verbs }) => [...(apiGroups ?? []), ...(resources ?? []), ...verbs].includes('*'))
      if (wild.length > 0) throw new Unexpected(`${namespace}: ${told(wild)}`)
      const foreign = rules.filter(({ resources }) => resources?.includes('secrets') || resources?.includes('jobs'))
      if (namespace !== world.namespace && foreign.length > 0) throw new Unexpected(`${namespace}: ${told(foreign)}`)
    }
  }),
]
