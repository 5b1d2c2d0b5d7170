import { describe, expect, test } from 'vitest'
import { gatewayApiRoutes, policies, policyLabel } from './policies.ts'

const serinUser = 'system:serviceaccount:serin-system:serin'
interface Policy {
  kind: string
  metadata: { name: string; labels?: Record<string, string> }
  spec: {
    policyName?: string
    validationActions?: string[]
    failurePolicy?: string
    matchConstraints?: { namespaceSelector?: unknown; resourceRules: { apiGroups: string[]; resources: string[]; operations: string[] }[] }
    variables?: { name: string; expression: string }[]
    mutations?: { patchType: string; jsonPatch?: { expression: string } }[]
    matchConditions?: { name: string; expression: string }[]
    validations?: { expression: string; messageExpression?: string }[]
  }
}
const made = (options: Partial<Parameters<typeof policies>[0]> = {}) => policies({ serinUser, ...options }) as unknown as Policy[]
const own = (options?: Parameters<typeof made>[0]) => made(options).filter(({ kind }) => !kind.endsWith('Binding'))
const named = (name: string) => own().find(({ metadata }) => metadata.name === `serin-${name}`)

test('every policy is bound once, and says in a label what it is', () => {
  expect(own().map(({ metadata }) => metadata.labels?.[policyLabel])).toEqual([
    'hold-deployments',
    'held-deployments',
    'hold-services',
    'hold-routes',
    'stamp-commands',
    'may-command',
    'run-guard',
    'analysis-guard',
  ])
  for (const policy of own()) {
    const bindings = made().filter(({ spec }) => spec.policyName === policy.metadata.name)
    expect(bindings.map(({ kind }) => kind)).toEqual([`${policy.kind}Binding`])
    expect(bindings[0]?.metadata).toEqual(policy.metadata)
    expect(policy.metadata.labels?.['app.kubernetes.io/part-of']).toBe('serin')
  }
})

test('every policy fails closed, and every validating one denies', () => {
  for (const { spec } of own()) expect(spec.failurePolicy).toBe('Fail')
  for (const { spec } of made().filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding'))
    expect(spec.validationActions).toContain('Deny')
})

test('Serin itself is exempt from what it holds, and from nothing that concerns commands', () => {
  const exempting = own().filter(({ spec }) =>
    spec.matchConditions?.some(({ expression }) => expression === `request.userInfo.username != '${serinUser}'`),
  )
  expect(exempting.map(({ metadata }) => metadata.name)).toEqual([
    'serin-hold-deployments',
    'serin-held-deployments',
    'serin-hold-services',
    'serin-hold-routes',
    'serin-run-guard',
    'serin-analysis-guard',
  ])
})

test.each([
  ['hold-deployments', 'managed'],
  ['held-deployments', 'managed'],
  ['hold-services', 'rollout'],
  ['hold-routes', 'rollout'],
])('%s lets a release through for the verb on the Rollout that the old object names', (name, label) => {
  const [released] = named(name)?.spec.variables ?? []
  expect(released?.expression).toContain("'serin.dev/release' in object.metadata.annotations")
  expect(released?.expression).toContain(`name(oldObject.metadata.labels['serin.dev/${label}']).check('release')`)
  // Whoever may not leaves nothing behind by which the next one gets through.
  const refused = named(name)?.spec.mutations?.some(({ jsonPatch }) =>
    /op: 'remove'.*serin.dev~1release/s.test(jsonPatch?.expression ?? ''),
  )
  expect(refused ?? name === 'held-deployments').toBe(true)
})

test('names carry the name of the installation, and a namespace selector restricts every policy', () => {
  const namespaceSelector = { matchLabels: { team: 'shop' } }
  for (const { metadata, spec } of own({ name: 'two', namespaceSelector })) {
    expect(metadata.name).toMatch(/^two-/)
    expect(spec.matchConstraints?.namespaceSelector).toEqual(namespaceSelector)
  }
  expect(named('run-guard')?.spec.matchConstraints).not.toHaveProperty('namespaceSelector')
})

test('each further group of routes has a policy of its own', () => {
  const routes = own({ routeResources: [gatewayApiRoutes, { group: 'example.dev', resources: ['exampleroutes'] }] }).filter(
    ({ metadata }) => metadata.labels?.[policyLabel] === 'hold-routes',
  )
  expect(routes.map(({ metadata }) => metadata.name)).toEqual(['serin-hold-routes', 'serin-hold-routes-example'])
  expect(routes[1]?.spec.matchConstraints?.resourceRules[0]).toMatchObject({ apiGroups: ['example.dev'], resources: ['exampleroutes'] })
})

test('on clusters that serve only the beta, mutating policies and their bindings are of it, and nothing else differs', () => {
  const beta = policies({ serinUser, mutatingVersion: 'v1beta1' })
  const versions = new Set(beta.map(({ apiVersion, kind }) => `${kind.slice(0, 8)} ${apiVersion}`))
  expect(versions).toEqual(new Set(['Mutating admissionregistration.k8s.io/v1beta1', 'Validati admissionregistration.k8s.io/v1']))
  const versionless = (objects: typeof beta) => objects.map(({ apiVersion: _, ...rest }) => rest)
  expect(versionless(beta)).toEqual(versionless(policies({ serinUser })))
})

describe('the guard of a run', () => {
  test('looks only at rollouts with a run, and lets the cluster itself through', () => {
    expect(named('run-guard')?.spec.matchConstraints?.resourceRules[0]).toMatchObject({
      operations: ['UPDATE', 'DELETE'],
      resources: ['rollouts'],
    })
    expect(named('run-guard')?.spec.matchConditions?.map(({ name }) => name)).toEqual(['in-a-run', 'not-serin', 'not-the-cluster'])
  })

  test('asks for the verb promote to change what steers it, and for abort to delete it', () => {
    const [update, remove] = named('run-guard')?.spec.validations ?? []
    for (const field of ['canary', 'blueGreen', 'analysis', 'windows'])
      expect(update?.expression).toContain(`object.spec.${field} == oldObject.spec.${field}`)
    expect(update?.expression).toContain("check('promote')")
    expect(remove?.expression).toContain("check('abort')")
  })
})
