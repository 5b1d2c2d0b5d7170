import { find, groupOf, nameOf, sameNamespace } from './docs.ts'
import { type Doc, type Finding, finding, type LintContext } from './lint.ts'
import { group, RolloutSpec } from './rollout.ts'
import { at, has } from './rules.ts'

interface Guarded {
  doc: Doc
  spec: RolloutSpec
}

type Say = (severity: Finding['severity'], path: (string | number)[], message: string, instead?: string) => void

/** What is wrong between Rollouts and the Deployments, Services and routes given beside them. Rollouts that are wrong by themselves are left out. */
export function neighbourProblems(docs: readonly Doc[], context: LintContext): Finding[] {
  const findings: Finding[] = []
  const rollouts = docs.flatMap((doc): Guarded[] => {
    if (groupOf(doc) !== group || doc.object.kind !== 'Rollout') return []
    const parsed = RolloutSpec.safeParse(doc.object.spec)
    return parsed.success ? [{ doc, spec: parsed.data }] : []
  })
  for (const rollout of rollouts) {
    const { doc, spec } = rollout
    const say: Say = (severity, path, message, instead) =>
      findings.push(finding(doc, severity, { path, message, ...(instead ? { instead } : {}) }))
    const near = docs.filter((other) => sameNamespace(other, doc))
    const workload = find(near, 'apps', spec.workload.kind, spec.workload.name)
    const service = spec.service === undefined ? undefined : find(near, '', 'Service', spec.service)

    twice(rollout, rollouts, say)
    missing(rollout, near, workload, service, context, say)
    if (workload) workloadProblems(spec, workload, say)
    if (service) serviceProblems(spec, service, workload, near, say)
    for (const [index, route] of spec.traffic.routes.entries()) {
      const found = near.find((other) => other.object.kind === route.kind && nameOf(other) === route.name)
      if (found) routeProblems(spec, index, found, say)
    }
    weightProblems(spec, workload, say)
  }
  return findings
}

function twice({ doc, spec }: Guarded, rollouts: readonly Guarded[], say: Say): void {
  const { kind, name } = spec.workload
  const first = rollouts.find(
    (other) => other.spec.workload.kind === kind && other.spec.workload.name === name && sameNamespace(other.doc, doc),
  )
  if (first && first.doc !== doc)
    say('error', ['spec', 'workload'], `${kind} ${name} is guarded by Rollout ${nameOf(first.doc)} already: only one can`)
}

/** Something of the same kind is given, or everything is said to be: then what a Rollout names should be there too. */
function missing(
  { spec }: Guarded,
  near: readonly Doc[],
  workload: Doc | undefined,
  service: Doc | undefined,
  context: LintContext,
  say: Say,
): void {
  const absent = (kind: string, name: string, path: (string | number)[]) => {
    if (context.complete) say('error', path, `there is no ${kind} ${name} in the namespace of the Rollout`)
    else if (near.some((other) => other.object.kind === kind)) say('warning', path, `there is no ${kind} ${name} among these documents`)
  }
  if (!workload) absent(spec.workload.kind, spec.workload.name, ['spec', 'workload', 'name'])
  if (spec.service !== undefined && !service) absent('Service', spec.service, ['spec', 'service'])
  for (const [index, { kind, name }] of spec.traffic.routes.entries()) {
    if (!near.some((other) => other.object.kind === kind && nameOf(other) === name))
      absent(kind, name, ['spec', 'traffic', 'routes', index, 'name'])
  }
}

function workloadProblems(spec: RolloutSpec, { object }: Doc, say: Say): void {
  const name = `${spec.workload.kind} ${spec.workload.name}`
  if (at(object, 'spec.strategy.type') === 'Recreate' && !spec.allowOverlap) {
    say(
      'error',
      ['spec', 'allowOverlap'],
      `${name} has strategy Recreate, which says that two versions must never run at once; write allowOverlap: true if they may`,
      'true',
    )
  }
  const containers = listAt(object, 'spec.template.spec.containers')
  if (containers.length === 0) return
  if (!containers.some((container) => has(container, 'readinessProbe'))) {
    say(
      'warning',
      ['spec', 'workload'],
      `no container of ${name} has a readinessProbe: a canary pod gets requests as soon as it has started`,
    )
  }
  if (spec.traffic.routes.length > 0 && !containers.some((container) => has(container, 'lifecycle.preStop'))) {
    say(
      'warning',
      ['spec', 'workload'],
      `no container of ${name} has a preStop: a gateway may still send requests to a pod that stops; write lifecycle: {preStop: {sleep: {seconds: 5}}}`,
      'lifecycle: {preStop: {sleep: {seconds: 5}}}',
    )
  }
}

function serviceProblems(spec: RolloutSpec, { object }: Doc, workload: Doc | undefined, near: readonly Doc[], say: Say): void {
  const path = ['spec', 'service']
  const selector = labelsAt(object, 'spec.selector')
  if (at(object, 'spec.type') === 'ExternalName' || Object.keys(selector).length === 0) {
    say('error', path, `Service ${spec.service} has no selector: it must select the pods of ${spec.workload.kind} ${spec.workload.name}`)
    return
  }
  if (at(object, 'spec.clusterIP') === 'None' && (spec.traffic.routes.length > 0 || spec.blueGreen)) {
    say(
      'error',
      path,
      `Service ${spec.service} is headless (clusterIP: None): clients that hold pod addresses cannot be moved between versions`,
    )
  }
  if (workload && !selects(selector, workload)) {
    say(
      'error',
      path,
      `Service ${spec.service} selects ${labelText(selector)}, but the pods of ${spec.workload.name} have ${labelText(podLabels(workload))}`,
    )
  }
  for (const other of near) {
    if (!workload || other === workload || groupOf(other) !== 'apps' || !has(other.object, 'spec.template') || !selects(selector, other))
      continue
    say(
      'error',
      path,
      `Service ${spec.service} also selects the pods of ${other.object.kind} ${nameOf(other)}: give it a selector of its own`,
    )
  }
}

function routeProblems(spec: RolloutSpec, index: number, { object }: Doc, say: Say): void {
  const route = spec.traffic.routes[index]
  if (!route) return
  const path = ['spec', 'traffic', 'routes', index]
  const rules = listAt(object, 'spec.rules')
  const namesService = (rule: unknown) => listAt(rule, 'backendRefs').some((ref) => refersTo(ref, object, spec.service))
  for (const [position, name] of (route.rules ?? []).entries()) {
    const rule = rules.find((one) => at(one, 'name') === name)
    const at_ = [...path, 'rules', position]
    if (!rule) say('error', at_, `${route.kind} ${route.name} has no rule named ${name}`)
    else if (!namesService(rule))
      say('error', at_, `rule ${name} of ${route.kind} ${route.name} does not name Service ${spec.service} in its backendRefs`)
  }
  if (!route.rules && !rules.some(namesService)) {
    say('error', path, `${route.kind} ${route.name} does not name Service ${spec.service}: add it to the backendRefs of the rule to split`)
  }
}

function refersTo(ref: unknown, route: Record<string, unknown>, service: string | undefined): boolean {
  const elsewhere = at(ref, 'namespace')
  return (
    at(ref, 'name') === service &&
    (at(ref, 'kind') ?? 'Service') === 'Service' &&
    (at(ref, 'group') ?? '') === '' &&
    (elsewhere === undefined || elsewhere === at(route, 'metadata.namespace'))
  )
}

function weightProblems({ canary, traffic }: RolloutSpec, workload: Doc | undefined, say: Say): void {
  const weights =
    canary?.steps?.flatMap((step, index) =>
      step.weight === undefined ? [] : [{ weight: step.weight, path: ['spec', 'canary', 'steps', index, 'weight'] }],
    ) ?? canary?.ramp?.weights.map((weight, index) => ({ weight, path: ['spec', 'canary', 'ramp', 'weights', index] }))
  for (const [index, { weight, path }] of (weights ?? []).entries()) {
    const before = weights?.[index - 1]?.weight
    if (before !== undefined && weight < before)
      say('warning', path, `weight ${weight} comes after ${before}: the canary loses traffic in this step`)
  }
  const replicas = at(workload?.object, 'spec.replicas') ?? (workload ? 1 : undefined)
  const first = weights?.find(({ weight }) => weight > 0)
  if (traffic.routes.length > 0 || typeof replicas !== 'number' || replicas < 1 || !first) return
  const smallest = 100 / (replicas + 1)
  // Half a pod below is rounded up to one: still what was asked for, as near as pods come.
  if (first.weight < smallest / 2) {
    say(
      'warning',
      first.path,
      `without traffic.routes weight follows from the number of pods: with ${replicas} the smallest is ${Math.round(smallest)} %`,
    )
  }
}

function listAt(object: unknown, path: string): unknown[] {
  const value = at(object, path)
  return Array.isArray(value) ? value : []
}

function labelsAt(object: unknown, path: string): Record<string, unknown> {
  const value = at(object, path)
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function podLabels({ object }: Doc): Record<string, unknown> {
  return labelsAt(object, 'spec.template.metadata.labels')
}

function selects(selector: Record<string, unknown>, workload: Doc): boolean {
  const labels = podLabels(workload)
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

function labelText(labels: Record<string, unknown>): string {
  return (
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(', ') || 'no labels'
  )
}
