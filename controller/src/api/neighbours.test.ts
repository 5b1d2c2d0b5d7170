import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { type LintContext, lint } from './lint.ts'

const rollout = `
apiVersion: serin.dev/v1alpha1
kind: Rollout
metadata: {name: web}
spec:
  workload: {name: web}
  service: web
  traffic: {routes: [{kind: HTTPRoute, name: web}]}
`
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: 'web:1', readinessProbe: {httpGet: {port: 80}}, lifecycle: {preStop: {sleep: {seconds: 5}}}}]
`
const service = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`
const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web}
spec: {rules: [{name: main, backendRefs: [{name: web, port: 80}]}]}
`
const without = (text: string, part: string) => {
  expect(text).toContain(part)
  return text.replace(part, '')
}
const swapped = (text: string, part: string, by: string) => {
  expect(text).toContain(part)
  return text.replace(part, by)
}

function said(documents: string[], context?: LintContext): string[] {
  const values = parseAllDocuments(documents.join('\n---\n')).map((document) => document.toJS())
  return lint(values, context).map(({ severity, path, message }) => `${severity} at ${path}: ${message}`)
}

test('a whole and fitting set has no findings', () => {
  expect(said([rollout, deployment, service, route], { complete: true })).toEqual([])
})

describe('what is missing', () => {
  test('is an error when everything was given', () => {
    expect(said([rollout], { complete: true })).toEqual([
      'error at spec.workload.name: there is no Deployment web in the namespace of the Rollout',
      'error at spec.service: there is no Service web in the namespace of the Rollout',
      'error at spec.traffic.routes[0].name: there is no HTTPRoute web in the namespace of the Rollout',
    ])
  })

  test('is a warning when others of its kind were given, and nothing when none was', () => {
    expect(said([rollout])).toEqual([])
    expect(said([rollout, swapped(service, 'name: web', 'name: api')])).toEqual([
      'warning at spec.service: there is no Service web among these documents',
    ])
  })

  test('is missing in its own namespace', () => {
    const here = swapped(rollout, 'name: web}', 'name: web, namespace: shop}')
    const there = swapped(service, 'name: web}', 'name: web, namespace: other}')
    expect(said([here, there], { complete: true })).toContain(
      'error at spec.service: there is no Service web in the namespace of the Rollout',
    )
    expect(said([here, service])).toEqual([])
  })
})

describe('the workload', () => {
  test('with strategy Recreate is refused unless two versions may run at once', () => {
    const recreate = swapped(deployment, 'replicas: 4', 'strategy: {type: Recreate}')
    expect(said([rollout, recreate])).toEqual([
      'error at spec.allowOverlap: Deployment web has strategy Recreate, which says that two versions must never run at once; write allowOverlap: true if they may',
    ])
    expect(said([`${rollout}  allowOverlap: true`, recreate])).toEqual([])
  })

  test('without preStop is warned of only where a route sends it requests', () => {
    const abrupt = without(deployment, ', lifecycle: {preStop: {sleep: {seconds: 5}}}')
    expect(said([rollout, abrupt])).toEqual([
      expect.stringMatching(/^warning at spec.workload: no container of Deployment web has a preStop/),
    ])
    expect(said([without(rollout, 'traffic: {routes: [{kind: HTTPRoute, name: web}]}'), abrupt])).toEqual([])
  })

  test('without a readiness probe is warned of', () => {
    expect(said([rollout, without(deployment, ', readinessProbe: {httpGet: {port: 80}}')])).toEqual([
      expect.stringMatching(/^warning at spec.workload: no container of Deployment web has a readinessProbe/),
    ])
  })

  test('can have only one Rollout', () => {
    expect(said([rollout, swapped(rollout, 'metadata: {name: web}', 'metadata: {name: second}')])).toEqual([
      'error at spec.workload: Deployment web is guarded by Rollout web already: only one can',
    ])
  })
})

describe('the Service', () => {
  test('must select the pods of the workload', () => {
    expect(said([rollout, deployment, swapped(service, 'app: web', 'app: wob')])).toEqual([
      'error at spec.service: Service web selects app=wob, but the pods of web have app=web',
    ])
  })

  test('must select at all', () => {
    const message = 'error at spec.service: Service web has no selector: it must select the pods of Deployment web'
    expect(said([rollout, deployment, without(service, 'selector: {app: web}, ')])).toEqual([message])
    expect(said([rollout, swapped(service, 'selector', 'type: ExternalName, selector')])).toEqual([message])
  })

  test('must not select the pods of another workload', () => {
    const other = swapped(deployment, 'metadata: {name: web}', 'metadata: {name: worker}')
    expect(said([rollout, deployment, service, other])).toEqual([
      'error at spec.service: Service web also selects the pods of Deployment worker: give it a selector of its own',
    ])
  })

  test('must have an address of its own where traffic is moved', () => {
    expect(said([rollout, swapped(service, 'selector', 'clusterIP: None, selector')])).toEqual([expect.stringContaining('is headless')])
  })
})

describe('the route', () => {
  test('must name the Service', () => {
    const message =
      'error at spec.traffic.routes[0]: HTTPRoute web does not name Service web: add it to the backendRefs of the rule to split'
    expect(said([rollout, swapped(route, 'backendRefs: [{name: web', 'backendRefs: [{name: api')])).toEqual([message])
    expect(said([rollout, swapped(route, 'port: 80', 'port: 80, namespace: other')])).toEqual([message])
  })

  test('must have the rules that are listed, and they must name the Service', () => {
    const listed = (name: string) => swapped(rollout, 'HTTPRoute, name: web', `HTTPRoute, name: web, rules: [${name}]`)
    expect(said([listed('main'), route])).toEqual([])
    expect(said([listed('mian'), route])).toEqual(['error at spec.traffic.routes[0].rules[0]: HTTPRoute web has no rule named mian'])
    expect(said([listed('main'), swapped(route, '{name: web, port', '{name: api, port')])).toEqual([
      'error at spec.traffic.routes[0].rules[0]: rule main of HTTPRoute web does not name Service web in its backendRefs',
    ])
  })
})

describe('weights', () => {
  const stepped = (steps: string) => swapped(rollout, 'spec:', `spec:\n  canary: {steps: [${steps}]}`)

  test('that fall are warned of', () => {
    expect(said([stepped('{weight: 20}, {pause: {}}, {weight: 10}')])).toEqual([
      'warning at spec.canary.steps[2].weight: weight 10 comes after 20: the canary loses traffic in this step',
    ])
  })

  test('that pods cannot make are warned of where no route carries them', () => {
    const byPods = without(stepped('{weight: 5}, {weight: 50}'), 'traffic: {routes: [{kind: HTTPRoute, name: web}]}')
    expect(said([byPods, deployment])).toEqual([
      'warning at spec.canary.steps[0].weight: without traffic.routes weight follows from the number of pods: with 4 the smallest is 20 %',
    ])
    expect(said([byPods, swapped(deployment, 'replicas: 4', 'replicas: 19')])).toEqual([])
  })
})

test('a Rollout that is wrong by itself is not compared with others', () => {
  expect(said([swapped(rollout, 'service: web', 'service: 5'), deployment], { complete: true })).toHaveLength(1)
})
