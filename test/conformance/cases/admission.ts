import { expect } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import type { CallOptions, CaseContext } from '../caseContext.ts'
import { conformance } from '../conformanceCase.ts'
import { allowed, grant, group, person } from './authorization.ts'
import { podTemplate } from './workloads.ts'

const web = { kind: 'Deployment', name: 'web' } as const
const managed = 'gate.example.com/managed'
const running = 'gate.example.com/run'
const release = 'gate.example.com/release'

/** What the gate is about; controllers write the rest when they like. */
const shown: CallOptions = {
  show: ({ metadata, spec }: Json) => ({
    labels: metadata.labels,
    release: metadata.annotations?.[release],
    generation: metadata.generation,
    paused: spec.paused ?? false,
    replicas: spec.replicas,
    images: spec.template?.spec.containers.map(({ image }: Json) => image),
  }),
}
const anna: CallOptions = { as: 'anna', ...shown }

/** A Deployment in the care of a rollout named `shop`. */
async function managedDeployment(t: CaseContext, spec: Json = {}): Promise<Json> {
  const labels = { app: 'web' }
  const object = {
    kind: 'Deployment',
    metadata: { name: 'web', labels: { [managed]: 'shop', team: 'x' } },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: podTemplate('app:v1'), ...spec },
  }
  const [made] = await t.prepare(object)
  return made
}

const newImage = (image = 'app:v2') => ({ spec: { template: { spec: { containers: [{ name: 'app', image }] } } } })

/** The Deployment with another image, as a client that replaces would send it. */
async function replacement(t: CaseContext, change: (object: Json) => void): Promise<Json> {
  const object = await t.read(web)
  delete object.metadata.resourceVersion
  delete object.metadata.managedFields
  change(object)
  return object
}

async function held(t: CaseContext): Promise<boolean> {
  return (await t.read(web))?.spec.paused ?? false
}

export const admissionCases = [
  conformance('a changed template is held, whichever patch changes it', async (t) => {
    const changes: [Parameters<CaseContext['patch']>[1], unknown][] = [
      ['strategic', newImage()],
      ['json', [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'app:v2' }]],
      ['merge', { spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } } }],
    ]
    for (const [type, change] of changes) {
      await managedDeployment(t)
      expect((await t.patch(web, type, change, anna)).json.spec.paused).toBe(true)
      await t.delete(web, undefined, { quiet: true })
      await t.eventually('deleted', async () => (await t.read(web)) === undefined)
    }
  }),
  conformance('a changed template is held in a PUT that drops the mark, and the mark stays', async (t) => {
    await managedDeployment(t)
    for (const image of ['app:v2', 'app:v3', 'app:v1']) {
      const object = await replacement(t, (next) => {
        next.metadata.labels = undefined
        next.spec.paused = false
        next.spec.template.spec.containers[0].image = image
      })
      const { json } = await t.update(object, anna)
      expect(json.spec.paused).toBe(true)
      expect(json.metadata.labels).toEqual({ [managed]: 'shop' })
    }
  }),
  conformance('a changed template is held in an apply, with force too', async (t) => {
    await managedDeployment(t)
    const object = (image: string, more: Json = {}) => ({ kind: 'Deployment', metadata: { name: 'web' }, ...newImage(image), ...more })
    expect((await t.apply(object('app:v2'), 'gitops', { ...anna, force: true })).json.spec.paused).toBe(true)
    const unpaused = { kind: 'Deployment', metadata: { name: 'web' }, spec: { ...newImage('app:v3').spec, paused: false } }
    expect((await t.apply(unpaused, 'gitops', { ...anna, force: true })).json.spec.paused).toBe(true)
    expect((await t.apply(unpaused, 'gitops', { ...anna, force: true })).json.spec.paused).toBe(true)
  }),
  conformance(
    'what the policy wrote is in the managed fields of the one who asked',
    async (t) => {
      await managedDeployment(t)
      await t.apply({ kind: 'Deployment', metadata: { name: 'web' }, ...newImage() }, 'gitops', {
        as: 'anna',
        force: true,
        show: ({ metadata }) =>
          metadata.managedFields
            .filter(({ manager }: Json) => manager === 'gitops')
            .map(({ operation, fieldsV1 }: Json) => ({
              operation,
              spec: fieldsV1['f:spec'],
              labels: fieldsV1['f:metadata']?.['f:labels'],
            })),
      })
    },
    { managedFields: true },
  ),
  conformance('edits of metadata, replicas and other fields are not held', async (t) => {
    await managedDeployment(t)
    await t.patch(web, 'merge', { metadata: { labels: { team: 'y' }, annotations: { n: 'm' } } }, anna)
    await t.patch(web, 'merge', { spec: { replicas: 1, minReadySeconds: 1 } }, anna)
    await t.patch(web, 'merge', { spec: { replicas: 0 } }, { as: 'anna', subresource: 'scale', show: (scale) => scale.spec })
    expect(await held(t)).toBe(false)
  }),
  conformance('the mark cannot be taken away', async (t) => {
    await managedDeployment(t)
    for (const [type, change] of [
      ['merge', { metadata: { labels: { [managed]: null } } }],
      ['json', [{ op: 'remove', path: '/metadata/labels' }]],
      ['merge', { metadata: { labels: { [managed]: 'other' } } }],
    ] as const) {
      expect((await t.patch(web, type, change, anna)).json.metadata.labels[managed]).toBe('shop')
    }
  }),
  conformance('held stays held for everyone', async (t) => {
    await managedDeployment(t)
    await t.patch(web, 'strategic', newImage(), { ...anna, quiet: true })
    expect((await t.patch(web, 'merge', { spec: { paused: false } }, anna)).json.spec.paused).toBe(true)
    expect((await t.patch(web, 'merge', { spec: { paused: null } }, { ...shown, as: 'admin' })).json.spec.paused).toBe(true)
    expect((await t.patch(web, 'strategic', newImage('app:v1'), anna)).json.spec.paused).toBe(true)
    expect((await t.patch(web, 'merge', { spec: { replicas: 1 } }, anna)).json.spec.paused).toBe(true)
  }),
  conformance('the controller lets go, and only on the generation it has seen', async (t) => {
    const serin: CallOptions = { as: 'serin', ...shown }
    await managedDeployment(t)
    const seen = (await t.patch(web, 'strategic', newImage(), { ...anna, quiet: true })).json.metadata.generation
    await t.patch(web, 'strategic', newImage('app:v3'), { ...anna, quiet: true })
    const letGo = (generation: number) => [
      { op: 'test', path: '/metadata/generation', value: generation },
      { op: 'remove', path: '/spec/paused' },
    ]
    expect((await t.patch(web, 'json', letGo(seen), serin)).status).toBe(422)
    expect(await held(t)).toBe(true)
    expect((await t.patch(web, 'json', letGo(seen + 1), serin)).json.spec.paused).toBeFalsy()
    expect((await t.patch(web, 'strategic', newImage('app:v4'), serin)).json.spec.paused).toBeFalsy()
  }),
  conformance('a dry run shows that it would be held', async (t) => {
    await managedDeployment(t)
    expect((await t.patch(web, 'strategic', newImage(), { ...anna, query: { dryRun: 'All' } })).json.spec.paused).toBe(true)
    expect(
      (await t.patch(web, 'strategic', newImage(), { ...shown, as: 'serin', query: { dryRun: 'All' } })).json.spec.paused,
    ).toBeUndefined()
    expect(await held(t)).toBe(false)
  }),
  conformance('break-glass lets go for those who have the verb, and for nobody else', async (t) => {
    const rule = { apiGroups: ['gate.example.com'], resources: ['rollouts'], resourceNames: ['shop'], verbs: ['release'] }
    await grant(t, 'releasers', [rule], [person('carla')])
    await allowed(t, 'carla', { verb: 'release', group: 'gate.example.com', resource: 'rollouts', name: 'shop' })
    await managedDeployment(t)
    await t.patch(web, 'strategic', newImage(), { ...anna, quiet: true })
    const glass = { metadata: { annotations: { [release]: 'prod is down' } }, spec: { paused: false } }
    expect((await t.patch(web, 'merge', glass, anna)).json.spec.paused).toBe(true)
    await t.patch(web, 'merge', { metadata: { annotations: { [release]: null } } }, { ...shown, quiet: true })
    expect((await t.patch(web, 'merge', glass, { as: 'carla', ...shown })).json.spec.paused).toBeFalsy()
    expect((await t.patch(web, 'strategic', newImage('app:v3'), { as: 'carla', ...shown })).json.spec.paused).toBeFalsy()
  }),
  conformance('creation and workloads that nobody manages are let through', async (t) => {
    expect((await managedDeployment(t)).spec.paused).toBeUndefined()
    const object = {
      kind: 'Deployment',
      metadata: { name: 'free' },
      spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template: podTemplate('app:v1') },
    }
    await t.prepare(object)
    expect((await t.patch({ kind: 'Deployment', name: 'free' }, 'strategic', newImage(), anna)).json.spec.paused).toBeFalsy()
  }),
  conformance('a Service in a run keeps selector and mark, and takes other edits', async (t) => {
    const service = { kind: 'Service', name: 's' } as const
    const [made] = await t.prepare({
      kind: 'Service',
      metadata: { name: 's', labels: { [running]: 'shop' } },
      spec: { selector: { app: 'web', 'pod-template-hash': 'x' }, ports: [{ port: 80 }] },
    })
    expect(
      (await t.patch(service, 'merge', { metadata: { labels: { [running]: null } }, spec: { selector: { app: 'other' } } }, { as: 'anna' }))
        .json.spec.selector,
    ).toEqual(made.spec.selector)
    expect(
      (await t.patch(service, 'merge', { metadata: { annotations: { n: 'm' } }, spec: { sessionAffinity: 'ClientIP' } }, { as: 'anna' }))
        .json.spec.sessionAffinity,
    ).toBe('ClientIP')
    const put = { kind: 'Service', metadata: { name: 's' }, spec: { selector: { app: 'web' }, ports: [{ port: 81 }] } }
    expect((await t.update(t.whole(put), { as: 'anna' })).json.metadata.labels).toEqual({ [running]: 'shop' })
    await t.patch(
      service,
      'json',
      [
        { op: 'replace', path: '/spec/selector', value: { app: 'web' } },
        { op: 'remove', path: '/metadata/labels' },
      ],
      { as: 'serin' },
    )
    expect((await t.read(service))?.metadata.labels).toBeUndefined()
  }),
  conformance('a route in a run keeps its rules and says who tried', async (t) => {
    const route = { kind: 'HTTPRoute', name: 'r' } as const
    const rules = (weight: number) => [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        backendRefs: [{ group: '', kind: 'Service', name: 'web', port: 80, weight }],
      },
    ]
    const [made] = await t.prepare({
      kind: 'HTTPRoute',
      metadata: { name: 'r', labels: { [running]: 'shop' } },
      spec: { parentRefs: [{ name: 'gw' }], rules: rules(90) },
    })
    const tell: CallOptions = {
      as: 'anna',
      show: ({ metadata, spec }) => ({ labels: metadata.labels, annotations: metadata.annotations, generation: metadata.generation, spec }),
    }
    const { json } = await t.patch(route, 'merge', { spec: { rules: rules(10) } }, tell)
    expect(json.spec.rules).toEqual(made.spec.rules)
    expect(json.metadata.annotations).toEqual({ 'gate.example.com/rules-refused-by': 'anna' })
    await t.patch(route, 'merge', { spec: { hostnames: ['a.example.com'] }, metadata: { labels: null } }, tell)
    await t.apply({ kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { rules: rules(50) } }, 'gitops', { ...tell, force: true })
    const byController = await t.patch(route, 'merge', { spec: { rules: rules(20) } }, { ...tell, as: 'serin' })
    expect(byController.json.spec.rules[0].backendRefs[0].weight).toBe(20)
  }),
  conformance('a command is stamped with who asked, whatever it claims', async (t) => {
    const rule = { apiGroups: ['gate.example.com'], resources: ['rollouts'], verbs: ['promote'] }
    await grant(t, 'promoters', [rule], [person('carla')])
    await allowed(t, 'carla', { verb: 'promote', group: 'gate.example.com', resource: 'rollouts', name: 'shop' })
    const command = {
      kind: 'RolloutCommand',
      metadata: { name: 'c' },
      spec: { rollout: 'shop', action: 'promote', requestedBy: { username: 'anna', groups: ['admins'] } },
    }
    const { json } = await t.create(command, {
      as: 'carla',
      show: ({ spec }) => ({ ...spec, requestedBy: { ...spec.requestedBy, groups: [...spec.requestedBy.groups].sort() } }),
    })
    expect(json.spec.requestedBy).toMatchObject({ username: 'carla', uid: 'uid-carla' })
  }),
  conformance('a command needs the verb of its action on the rollout', async (t) => {
    await grant(
      t,
      'promoters',
      [{ apiGroups: ['gate.example.com'], resources: ['rollouts'], resourceNames: ['shop'], verbs: ['promote'] }],
      [group('on-call')],
    )
    await allowed(t, 'carla', { verb: 'promote', group: 'gate.example.com', resource: 'rollouts', name: 'shop' })
    const command = (name: string, rollout: string, action: string) => ({
      kind: 'RolloutCommand',
      metadata: { name },
      spec: { rollout, action },
    })
    expect((await t.create(command('a', 'shop', 'promote'), { as: 'carla', show: () => 'accepted' })).status).toBe(201)
    expect((await t.create(command('b', 'shop', 'abort'), { as: 'carla' })).status).toBe(403)
    expect((await t.create(command('c', 'other', 'promote'), { as: 'carla' })).status).toBe(403)
    const refused = await t.create(command('d', 'shop', 'promote'), { as: 'ben' })
    expect(refused.json.message).toContain('ben may not promote rollout shop: needs the verb promote on rollouts.gate.example.com')
  }),
]
