import { describe, expect, it } from 'vitest'
import { defaultBuiltin, validateBuiltin } from '../objects/builtin.ts'
import type { JsonMap } from '../objects/json.ts'
import type { Obj, User } from '../types.ts'
import { admit } from './admission.ts'
import type { Authorize } from './authorizer.ts'
import { policyProblems } from './policyProblems.ts'
import { controller, heldPolicies, jane } from './testing/policies.ts'

const policies = heldPolicies()
const nobody: Authorize = () => ({ allowed: false, reason: '' })
const holding =
  (verb: string): Authorize =>
  (user, { verb: asked, group, resource, namespace, name }) => ({
    allowed:
      user.username === 'jane' &&
      asked === verb &&
      group === 'serin.dev' &&
      resource === 'rollouts' &&
      namespace === 'shop' &&
      name === 'web',
    reason: '',
  })

const deployment = (image: string, metadata: JsonMap = {}, spec: JsonMap = {}): Obj =>
  defaultBuiltin({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', 'serin.dev/managed': 'web' }, ...metadata },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } },
      ...spec,
    },
  } as unknown as Obj)

interface Write {
  resource: { group: string; version: string; resource: string }
  oldObject?: Obj
  object: Obj
  user?: User
  authorize?: Authorize
}

const write = ({ resource, oldObject, object, user = jane, authorize = nobody }: Write): Obj => {
  const operation = oldObject ? 'UPDATE' : 'CREATE'
  const input = { operation, resource, namespace: 'shop', name: object.metadata.name, user, object, policies, authorize } as const
  const admitted = admit({ ...input, ...(oldObject && { oldObject }) }).object
  if (!admitted) throw new Error('nothing came back')
  return admitted
}

const deployments = { group: 'apps', version: 'v1', resource: 'deployments' }
const update = (oldObject: Obj, object: Obj, more: Partial<Write> = {}) => write({ resource: deployments, oldObject, object, ...more })

describe('the policies of the fixture', () => {
  it('are accepted by the server', () => {
    const all = [...policies.mutating, ...policies.mutatingBindings, ...policies.validating, ...policies.validatingBindings]
    expect(all).toHaveLength(12)
    expect(all.flatMap((policy) => [...policyProblems(policy), ...validateBuiltin(policy)])).toEqual([])
  })
})

describe('hold deployments', () => {
  const stable = deployment('x:1')
  const held = deployment('x:2', {}, { paused: true })

  it('pauses a managed Deployment whose template changes', () => {
    expect(update(stable, deployment('x:2')).spec.paused).toBe(true)
  })

  it('does not pause for a change elsewhere', () => {
    expect(update(stable, deployment('x:1', { annotations: { a: 'b' } }, { replicas: 5 })).spec.paused).toBeUndefined()
  })

  it('leaves unmanaged Deployments and the controller alone', () => {
    const plain = deployment('x:1', { labels: { app: 'web' } })
    expect(update(plain, deployment('x:2', { labels: { app: 'web' } })).spec.paused).toBeUndefined()
    expect(update(stable, deployment('x:2'), { user: controller }).spec.paused).toBeUndefined()
  })

  it('keeps held what is held, against a resume, a replace and a removal of the mark', () => {
    expect(update(held, deployment('x:2', {}, { paused: false })).spec.paused).toBe(true)
    const replaced = update(held, deployment('x:1', { labels: { app: 'web' } }))
    expect(replaced.spec.paused).toBe(true)
    expect(replaced.metadata.labels?.['serin.dev/managed']).toBe('web')
    const third = update(replaced, deployment('x:3', { labels: {} }))
    expect([third.spec.paused, third.metadata.labels?.['serin.dev/managed']]).toEqual([true, 'web'])
  })

  it('lets the controller let go', () => {
    expect(update(held, deployment('x:2', {}, { paused: false }), { user: controller }).spec.paused).toBe(false)
  })

  it('breaks the glass only for whoever holds the verb release on this rollout', () => {
    const release = deployment('x:2', { annotations: { 'serin.dev/release': 'outage' } }, { paused: false })
    expect(update(held, release).spec.paused).toBe(true)
    expect(update(held, release, { authorize: holding('promote') }).spec.paused).toBe(true)
    expect(update(held, release, { authorize: holding('release') }).spec.paused).toBe(false)
  })

  it('does not touch what else is in the object, nor the object given in', () => {
    const next = deployment('x:2', { annotations: { keep: 'me' } })
    const before = JSON.stringify(next)
    expect(update(stable, next)).toEqual({ ...next, spec: { ...next.spec, paused: true } })
    expect(JSON.stringify(next)).toBe(before)
  })

  it('is checked once more at the end: nothing slips in unheld between', () => {
    const interfere = (object: Obj): Obj => ({ ...object, spec: { ...object.spec, paused: false } })
    const input = {
      operation: 'UPDATE',
      resource: deployments,
      namespace: 'shop',
      name: 'web',
      user: jane,
      policies,
      authorize: nobody,
    } as const
    expect(() => admit({ ...input, object: deployment('x:2'), oldObject: stable, finish: interfere })).toThrow(
      expect.objectContaining({
        code: 422,
        reason: 'Invalid',
        message:
          "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'serin-held-deployments' with binding 'serin-held-deployments' denied request: a changed template of a Deployment managed by Serin must be held (spec.paused): another admission webhook interferes",
      }),
    )
  })
})

describe('hold services', () => {
  const service = (selector: JsonMap, labels: JsonMap): Obj =>
    defaultBuiltin({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop', labels },
      spec: { selector, ports: [{ port: 80 }] },
    } as unknown as Obj)
  const services = { group: '', version: 'v1', resource: 'services' }
  const pinned = service({ app: 'web', 'pod-template-hash': 'abc' }, { 'serin.dev/run': '1' })

  it('gives everybody else the selector and the mark back during a run', () => {
    const out = write({ resource: services, oldObject: pinned, object: service({ app: 'web' }, {}) })
    expect(out.spec.selector).toEqual({ app: 'web', 'pod-template-hash': 'abc' })
    expect(out.metadata.labels).toEqual({ 'serin.dev/run': '1' })
  })

  it('lets other fields change, the controller do as it likes, and everybody after the run', () => {
    const ports = { ...service({ app: 'web' }, {}), spec: { ...pinned.spec, ports: [{ port: 81 }] } }
    expect(write({ resource: services, oldObject: pinned, object: ports }).spec.ports).toEqual([{ port: 81 }])
    expect(write({ resource: services, oldObject: pinned, object: service({ app: 'web' }, {}), user: controller }).spec.selector).toEqual({
      app: 'web',
    })
    const free = service({ app: 'web' }, {})
    expect(write({ resource: services, oldObject: free, object: service({ app: 'api' }, {}) }).spec.selector).toEqual({ app: 'api' })
  })
})

describe('hold routes', () => {
  const routes = { group: 'gateway.networking.k8s.io', version: 'v1', resource: 'httproutes' }
  const route = (weight: number, metadata: JsonMap): Obj =>
    ({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'shop', ...metadata },
      spec: { rules: [{ backendRefs: [{ name: 'web', weight }] }], hostnames: ['a'] },
    }) as unknown as Obj
  const running = route(90, { labels: { 'serin.dev/run': '1', team: 'x' } })

  it('puts the rules and the mark back, and says who was refused', () => {
    const out = write({ resource: routes, oldObject: running, object: route(100, {}) })
    expect(out.spec.rules).toEqual(running.spec.rules)
    expect(out.metadata.labels).toEqual({ 'serin.dev/run': '1' })
    expect(out.metadata.annotations).toEqual({ 'serin.dev/rules-refused-by': 'jane' })
  })

  it('says nothing where the rules stay', () => {
    const out = write({
      resource: routes,
      oldObject: running,
      object: { ...route(90, { annotations: { a: 'b' } }), spec: { ...running.spec, hostnames: ['b'] } },
    })
    expect(out.metadata.annotations).toEqual({ a: 'b' })
    expect(out.spec.hostnames).toEqual(['b'])
  })

  it('lets the controller move the weights', () => {
    expect(
      write({ resource: routes, oldObject: running, object: route(50, running.metadata), user: controller }).spec.rules[0].backendRefs[0]
        .weight,
    ).toBe(50)
  })
})

describe('commands', () => {
  const commands = { group: 'serin.dev', version: 'v1alpha1', resource: 'rolloutcommands' }
  const command = (action: string, spec: JsonMap = {}): Obj =>
    ({
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'RolloutCommand',
      metadata: { name: 'c', namespace: 'shop' },
      spec: { rollout: 'web', action, ...spec },
    }) as unknown as Obj

  it('are stamped with who really asked, over what the client claimed', () => {
    const forged = command('promote', { requestedBy: { username: 'root', groups: ['system:masters'], uid: '0' } })
    expect(write({ resource: commands, object: forged, authorize: holding('promote') }).spec.requestedBy).toEqual({
      username: 'jane',
      groups: jane.groups,
      uid: '7',
    })
    const anonymous: User = { username: 'jane', groups: [] }
    expect(
      write({ resource: commands, object: command('promote'), user: anonymous, authorize: holding('promote') }).spec.requestedBy,
    ).toEqual({ username: 'jane', groups: [], uid: '' })
  })

  it('need the verb of the action on that rollout', () => {
    expect(() => write({ resource: commands, object: command('abort'), authorize: holding('promote') })).toThrow(
      expect.objectContaining({
        code: 403,
        reason: 'Forbidden',
        message:
          "rolloutcommands.serin.dev \"c\" is forbidden: ValidatingAdmissionPolicy 'serin-may-command' with binding 'serin-may-command' denied request: jane may not abort rollout web: needs the verb abort on rollouts.serin.dev",
      }),
    )
    expect(() => write({ resource: commands, object: command('promote', { rollout: 'api' }), authorize: holding('promote') })).toThrow(
      'may not promote rollout api',
    )
  })
})
