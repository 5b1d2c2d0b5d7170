import { describe, expect, it } from 'vitest'
import { send } from '../testing/client.ts'
import { configMap, deployment, paths, testServer } from '../testing/fixtures.ts'

const merge = { type: 'application/merge-patch+json' }

describe('creating', () => {
  it('gives uid, time and resourceVersion, and generation to what has a spec', async () => {
    const { server } = testServer()
    const { status, json } = await send(server, 'POST', paths.deployments, deployment('web'))
    expect(status).toBe(201)
    expect(json.metadata).toMatchObject({ name: 'web', namespace: 'default', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' })
    expect(json.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const map = await send(server, 'POST', paths.configMaps, configMap('a'))
    expect(map.json.metadata.generation).toBeUndefined()
    expect(Number(map.json.metadata.resourceVersion)).toBeGreaterThan(Number(json.metadata.resourceVersion))
  })

  it('repeats uids and generated names for the same seed and differs for another', async () => {
    const names = async (seed: number) => {
      const { server } = testServer({ seed })
      const { json } = await send(server, 'POST', paths.configMaps, { ...configMap(''), metadata: { generateName: 'a-' } })
      return [json.metadata.name, json.metadata.uid]
    }
    expect(await names(7)).toEqual(await names(7))
    expect(await names(7)).not.toEqual(await names(8))
    expect((await names(7))[0]).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  it('refuses a second object of the name, a missing namespace and an own resourceVersion in the real words', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.deployments, deployment('web'))
    const again = await send(server, 'POST', paths.deployments, deployment('web'))
    expect(again.json).toMatchObject({ code: 409, reason: 'AlreadyExists', message: 'deployments.apps "web" already exists' })
    const nowhere = await send(server, 'POST', '/api/v1/namespaces/nowhere/configmaps', configMap('a'))
    expect(nowhere.json).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' })
    const versioned = await send(server, 'POST', paths.configMaps, configMap('a', {}, { resourceVersion: '1' }))
    expect(versioned).toMatchObject({ status: 500, json: { message: 'resourceVersion should not be set on objects to be created' } })
  })

  it('stores nothing on a dry run', async () => {
    const { server } = testServer()
    const before = server.revision()
    const { status, json } = await send(server, 'POST', `${paths.configMaps}?dryRun=All`, configMap('a'))
    expect([status, json.metadata.name]).toEqual([201, 'a'])
    expect(server.revision()).toBe(before)
    expect((await send(server, 'GET', `${paths.configMaps}/a`)).status).toBe(404)
  })

  it('does not take a status from a client', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', paths.deployments, { ...deployment('web'), status: { replicas: 9 } })
    expect(json.status).toEqual({})
  })

  it('warns of unknown fields, refuses them under Strict and is silent under Ignore', async () => {
    const { server } = testServer()
    const body = { ...configMap('a'), bogus: 1 }
    const strict = await send(server, 'POST', `${paths.configMaps}?fieldValidation=Strict`, body)
    expect(strict.json).toMatchObject({
      code: 400,
      message: 'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "bogus"',
    })
    const warned = await send(server, 'POST', paths.configMaps, body)
    expect(warned.headers.warning).toBe('299 - "unknown field \\"bogus\\""')
    expect(warned.json.bogus).toBeUndefined()
    const ignored = await send(server, 'POST', `${paths.configMaps}?fieldValidation=Ignore`, { ...body, metadata: { name: 'b' } })
    expect(ignored.headers.warning).toBeUndefined()
  })

  it('gives Services addresses that differ and keeps them on a PUT without', async () => {
    const { server } = testServer()
    const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }] } })
    const path = '/api/v1/namespaces/default/services'
    const a = await send(server, 'POST', path, service('a'))
    const b = await send(server, 'POST', path, service('b'))
    expect(a.json.spec.clusterIP).toMatch(/^10\.96\./)
    expect(b.json.spec.clusterIP).not.toBe(a.json.spec.clusterIP)
    const put = await send(server, 'PUT', `${path}/a`, { ...service('a'), spec: { ports: [{ port: 81 }] } })
    expect(put.json.spec).toMatchObject({ clusterIP: a.json.spec.clusterIP, clusterIPs: [a.json.spec.clusterIP] })
  })
})

describe('replacing', () => {
  it('refuses a stale resourceVersion', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', paths.configMaps, configMap('a'))
    await send(server, 'PUT', `${paths.configMaps}/a`, { ...json, data: { x: '1' } })
    const late = await send(server, 'PUT', `${paths.configMaps}/a`, { ...json, data: { x: '2' } })
    expect(late.json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    })
  })

  it('writes nothing when nothing changes', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', paths.deployments, deployment('web'))
    const before = server.revision()
    const put = await send(server, 'PUT', `${paths.deployments}/web`, json)
    expect(put.json).toEqual(json)
    expect(server.revision()).toBe(before)
  })

  it('writes Go’s nulls for an empty EndpointSlice, and takes them back as no change', async () => {
    const { server } = testServer()
    const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
    const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: 'e' }, endpoints: [] }
    const made = await send(server, 'POST', slices, slice)
    expect(made.json).toMatchObject({ endpoints: null, ports: null })
    const put = await send(server, 'PUT', `${slices}/e`, made.json)
    expect(put.json).toEqual(made.json)
  })

  it('leaves out zeros and empty maps as Go does, but not zeros that mean something', async () => {
    const { server } = testServer()
    const made = deployment('web')
    const { json } = await send(server, 'POST', paths.deployments, {
      ...made,
      metadata: { name: 'web', labels: {} },
      spec: { ...made.spec, replicas: 0, paused: false, minReadySeconds: 0 },
    })
    expect(json.metadata.labels).toBeUndefined()
    expect([json.spec.replicas, 'paused' in json.spec, 'minReadySeconds' in json.spec]).toEqual([0, false, false])
    const status = await send(
      server,
      'PATCH',
      `${paths.deployments}/web/status`,
      { status: { replicas: 0, observedGeneration: 1 } },
      { type: 'application/merge-patch+json' },
    )
    expect(status.json.status).toEqual({ observedGeneration: 1 })
  })

  it('writes quantities in one way only, and refuses what is none', async () => {
    const { server } = testServer()
    const pod = (cpu: unknown) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'x', resources: { limits: { cpu, memory: '1024Mi' } } }] },
    })
    const { json } = await send(server, 'POST', '/api/v1/namespaces/default/pods', pod(0.1))
    expect(json.spec.containers[0].resources.limits).toEqual({ cpu: '100m', memory: '1Gi' })
    expect((await send(server, 'POST', '/api/v1/namespaces/default/pods', pod('much'))).json).toMatchObject({
      code: 400,
      message: expect.stringContaining('quantities must match the regular expression'),
    })
  })

  it('writes null for a time of a condition that nobody set', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.deployments, deployment('web'))
    const conditions = [{ type: 'Available', status: 'True', lastUpdateTime: '2026-01-01T00:00:00Z' }]
    const { json } = await send(server, 'PATCH', `${paths.deployments}/web/status`, { status: { conditions } }, merge)
    expect(json.status.conditions).toEqual([{ ...conditions[0], lastTransitionTime: null }])
    const again = await send(server, 'PUT', `${paths.deployments}/web/status`, json)
    expect(again.json).toEqual(json)
  })

  it('warns of what surely means something else, when it is written and not with every status', async () => {
    const { server } = testServer()
    const made = deployment('web')
    const [container] = made.spec.template.spec.containers
    const twice = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ]
    const containers = [{ ...container, env: twice }]
    const body = { ...made, spec: { ...made.spec, template: { ...made.spec.template, spec: { containers } } } }
    const created = await send(server, 'POST', paths.deployments, body)
    expect(created.headers.warning).toContain('env[1]: hides previous definition of \\"A\\"')
    const status = await send(server, 'PATCH', `${paths.deployments}/web/status`, { status: { replicas: 1 } }, merge)
    const labelled = await send(server, 'PATCH', `${paths.deployments}/web`, { metadata: { labels: { a: 'b' } } }, merge)
    const scaled = await send(server, 'PATCH', `${paths.deployments}/web`, { spec: { replicas: 5 } }, merge)
    expect([status, labelled, scaled].map(({ headers }) => headers.warning !== undefined)).toEqual([false, false, true])
  })

  it('refuses a policy whose expression does not compile', async () => {
    const { server } = testServer()
    const resourceRules = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }]
    const policy = (expression: string) => ({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'p' },
      spec: { matchConstraints: { resourceRules }, validations: [{ expression }] },
    })
    const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
    expect((await send(server, 'POST', path, policy('nowhere.x'))).json).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.validations[0].expression', reason: 'FieldValueInvalid' }] },
    })
    expect((await send(server, 'POST', path, policy('true'))).status).toBe(201)
  })

  it('names the Go field that a value does not fit', async () => {
    const { server } = testServer()
    const made = deployment('web')
    const { json } = await send(server, 'POST', paths.deployments, { ...made, spec: { ...made.spec, replicas: 'two' } })
    expect(json.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    )
  })

  it('counts the generation for spec and annotations of a Deployment, not for labels or status', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.deployments, deployment('web'))
    const patch = async (body: object, sub = '') => {
      const { json } = await send(server, 'PATCH', `${paths.deployments}/web${sub}`, body, { type: 'application/merge-patch+json' })
      return json.metadata.generation
    }
    expect(await patch({ metadata: { labels: { a: 'b' } } })).toBe(1)
    expect(await patch({ status: { replicas: 3 } }, '/status')).toBe(1)
    expect(await patch({ spec: { replicas: 3 } })).toBe(2)
    expect(await patch({ metadata: { annotations: { a: 'b' } } })).toBe(3)
  })

  it('keeps status out of plain writes and all but status out of status writes', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', paths.deployments, deployment('web'))
    const plain = await send(server, 'PUT', `${paths.deployments}/web`, { ...json, status: { replicas: 5 } })
    expect(plain.json.status).toEqual({})
    const status = await send(server, 'PUT', `${paths.deployments}/web/status`, {
      ...json,
      spec: { ...json.spec, replicas: 9 },
      status: { replicas: 5 },
    })
    expect([status.json.spec.replicas, status.json.status.replicas]).toEqual([2, 5])
  })

  it('says which name does not match and what does not exist', async () => {
    const { server } = testServer()
    const wrong = await send(server, 'PUT', `${paths.configMaps}/b`, configMap('a'))
    expect(wrong.json.message).toBe('the name of the object (a) does not match the name on the URL (b)')
    const absent = await send(server, 'PUT', `${paths.deployments}/web`, deployment('web'))
    expect(absent.json).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'deployments.apps "web" not found',
      details: { kind: 'deployments' },
    })
  })

  it('records who wrote which field', async () => {
    const { server } = testServer()
    const { json } = await send(server, 'POST', `${paths.configMaps}?fieldManager=one`, configMap('a', { x: '1' }))
    expect(json.metadata.managedFields).toMatchObject([
      { manager: 'one', operation: 'Update', apiVersion: 'v1', fieldsV1: { 'f:data': { 'f:x': {} } } },
    ])
  })
})

describe('patching', () => {
  it('takes the four kinds of patch', async () => {
    const { server } = testServer()
    const path = `${paths.deployments}/web`
    await send(server, 'POST', paths.deployments, deployment('web'))
    const patch = (type: string, body: unknown, query = '') => send(server, 'PATCH', path + query, body, { type: `application/${type}` })
    const json = await patch('json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 3 }])
    expect(json.json.spec.replicas).toBe(3)
    const merged = await patch('merge-patch+json', { spec: { minReadySeconds: 5 } })
    expect(merged.json.spec).toMatchObject({ replicas: 3, minReadySeconds: 5 })
    const sidecar = { name: 'side', image: 'side:1' }
    const strategic = await patch('strategic-merge-patch+json', { spec: { template: { spec: { containers: [sidecar] } } } })
    expect(strategic.json.spec.template.spec.containers.map((container: { name: string }) => container.name).sort()).toEqual([
      'app',
      'side',
    ])
    const config = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 7 } }
    const conflict = await patch('apply-patch+yaml', config, '?fieldManager=me')
    expect([conflict.status, conflict.json.reason]).toEqual([409, 'Conflict'])
    const forced = await patch('apply-patch+yaml', config, '?fieldManager=me&force=true')
    expect(forced.json.spec.replicas).toBe(7)
  })

  it('creates by server-side apply, also from YAML, and applies twice without a second write', async () => {
    const { server } = testServer()
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: "1"\n'
    const apply = () => send(server, 'PATCH', `${paths.configMaps}/a?fieldManager=me`, yaml, { type: 'application/apply-patch+yaml' })
    const first = await apply()
    const again = await apply()
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion)
    expect(first.json.metadata.managedFields).toMatchObject([{ manager: 'me', operation: 'Apply' }])
  })

  it('names the media types it takes', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.configMaps, configMap('a'))
    const { status, json } = await send(server, 'PATCH', `${paths.configMaps}/a`, {}, { type: 'application/json' })
    expect([status, json.reason]).toEqual([415, 'UnsupportedMediaType'])
  })

  it('scales by PUT and by patch of the scale subresource', async () => {
    const { server } = testServer()
    await send(server, 'POST', paths.deployments, deployment('web'))
    const path = `${paths.deployments}/web/scale`
    const { json } = await send(server, 'GET', path)
    expect(json).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 0, selector: 'app=web' },
    })
    await send(server, 'PUT', path, { ...json, spec: { replicas: 4 } })
    const patched = await send(server, 'PATCH', path, { spec: { replicas: 5 } }, { type: 'application/merge-patch+json' })
    expect(patched.json.spec.replicas).toBe(5)
    const after = await send(server, 'GET', `${paths.deployments}/web`)
    expect(after.json).toMatchObject({ spec: { replicas: 5 }, metadata: { generation: 3 } })
    const stale = await send(server, 'PUT', path, { ...json, spec: { replicas: 6 } })
    expect(stale.json.reason).toBe('Conflict')
  })
})
