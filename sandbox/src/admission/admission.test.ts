import { describe, expect, it } from 'vitest'
import type { JsonMap } from '../objects/json.ts'
import type { Obj } from '../types.ts'
import { type AdmissionInput, admit } from './admission.ts'
import { jane, policiesOf } from './testing/policies.ts'

const configMap = (data: JsonMap = {}, metadata: JsonMap = {}): Obj =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'n', ...metadata }, data }) as unknown as Obj

const input = (object: Obj, parts: Parameters<typeof policiesOf>[0], more: Partial<AdmissionInput> = {}): AdmissionInput => ({
  operation: 'CREATE',
  resource: { group: '', version: 'v1', resource: 'configmaps' },
  namespace: 'n',
  name: 'm',
  user: jane,
  object,
  policies: policiesOf(parts),
  authorize: () => ({ allowed: true, reason: 'because' }),
  ...more,
})

const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } })
const apply = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })
const set = (key: string, value: string) => patch(`[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('${key}'), value: ${value}}]`)

describe('mutating policies', () => {
  it('run in order, each on what the one before made', () => {
    const first = { mutations: [set('a/b', "'1'"), apply("Object{metadata: Object.metadata{labels: {'l': object.data['a/b']}}}")] }
    const second = { mutations: [set('c', "object.metadata.labels['l'] + '2'")] }
    expect(admit(input(configMap(), { mutating: [first, second] })).object).toMatchObject({
      data: { 'a/b': '1', c: '12' },
      metadata: { labels: { l: '1' } },
    })
  })

  it('run once more when a later one changed the object and they ask for it', () => {
    const count = set('count', "has(object.data.count) ? object.data.count + 'x' : 'x'")
    const later = { matchConditions: [{ name: 'once', expression: '!has(object.data.other)' }], mutations: [set('other', "'y'")] }
    const counted = (reinvocationPolicy: string) =>
      admit(input(configMap(), { mutating: [{ reinvocationPolicy, mutations: [count] }, later] })).object?.data.count
    expect(counted('Never')).toBe('x')
    expect(counted('IfNeeded')).toBe('xx')
  })

  it('do not run a second time when they did not match the first time', () => {
    const early = {
      reinvocationPolicy: 'IfNeeded',
      matchConditions: [{ name: 'later', expression: 'has(object.data.other)' }],
      mutations: [set('seen', "'1'")],
    }
    const late = { mutations: [set('other', "'y'")] }
    expect(admit(input(configMap(), { mutating: [early, late] })).object?.data).toEqual({ other: 'y' })
  })

  it('forgive a JSON Patch test that does not hold', () => {
    const tested = patch("[JSONPatch{op: 'test', path: '/data/a', value: 'no'}, JSONPatch{op: 'add', path: '/data/b', value: 'x'}]")
    expect(admit(input(configMap({ a: 'yes' }), { mutating: [{ mutations: [tested] }] })).object?.data).toEqual({ a: 'yes' })
  })

  it('refuse the request when they fail, unless they may be ignored', () => {
    const expression = "[JSONPatch{op: 'add', path: '/data/k', value: object.data.source}]"
    const failing = { mutations: [patch(expression)] }
    expect(() => admit(input(configMap(), { mutating: [failing] }))).toThrow(
      expect.objectContaining({
        code: 403,
        reason: 'Invalid',
        message: `policy 'p0' with binding 'b-p0' denied request: expression '${expression}' resulted in error: no such key: source`,
      }),
    )
    expect(admit(input(configMap(), { mutating: [{ ...failing, failurePolicy: 'Ignore' }] })).object?.data).toEqual({})
  })

  it('may not replace a part of what is atomic', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { selector: {}, template: {} },
    } as unknown as Obj
    const selector = apply("Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}")
    expect(() => admit(input(deployment, { mutating: [{ mutations: [selector] }] }))).toThrow(
      'may not mutate atomic arrays, maps or structs: .spec.selector',
    )
    const unknown = apply('Object{spec: Object.spec{nonsense: 1}}')
    expect(() => admit(input(deployment, { mutating: [{ mutations: [unknown] }] }))).toThrow('.spec.nonsense: field not declared in schema')
  })

  it('merge into lists by their keys', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'y' },
        ],
      },
    } as unknown as Obj
    const image = apply("Object{spec: Object.spec{containers: [Object.spec.containers{name: 'b', image: 'z'}]}}")
    expect(admit(input(pod, { mutating: [{ mutations: [image] }] })).object?.spec.containers).toEqual([
      { name: 'a', image: 'x' },
      { name: 'b', image: 'z' },
    ])
  })
})

describe('validating policies', () => {
  const bad = { validations: [{ expression: "object.data.a != 'bad'", message: 'no bad' }] }

  it('see the object as the server finished it', () => {
    const finish = (object: Obj): Obj => ({ ...object, data: { a: 'bad' } })
    expect(() => admit(input(configMap({ a: 'good' }), { validating: [bad] }, { finish }))).toThrow(
      expect.objectContaining({
        code: 422,
        reason: 'Invalid',
        message: `configmaps "m" is forbidden: ValidatingAdmissionPolicy 'p0' with binding 'b-p0' denied request: no bad`,
      }),
    )
  })

  it('warn, or say nothing, where the binding does not deny', () => {
    const warned = admit(input(configMap({ a: 'bad' }), { validating: [bad], actions: ['Warn'] }))
    expect(warned.warnings).toEqual([`Validation failed for ValidatingAdmissionPolicy 'p0' with binding 'b-p0': no bad`])
    expect(admit(input(configMap({ a: 'bad' }), { validating: [bad], actions: ['Audit'] })).warnings).toEqual([])
  })

  it('take their message from the expression, else the text, else the rule itself', () => {
    const message = (validation: JsonMap) => {
      try {
        admit(input(configMap(), { validating: [{ validations: [{ expression: 'false', ...validation }] }] }))
      } catch (error) {
        return (error as Error).message.split('denied request: ')[1]
      }
      return undefined
    }
    expect(message({ messageExpression: "'no, ' + request.userInfo.username", message: 'text' })).toBe('no, jane')
    expect(message({ messageExpression: 'object.gone', message: 'text' })).toBe('text')
    expect(message({})).toBe('failed expression: false')
  })

  it('work out variables when they are asked for, and name the one that fails', () => {
    const variables = [
      { name: 'd', expression: 'object.data' },
      { name: 'e', expression: 'variables.d.a' },
      { name: 'never', expression: 'object.gone' },
    ]
    const policy = { variables, validations: [{ expression: "variables.e != 'bad'" }] }
    expect(admit(input(configMap({ a: 'x' }), { validating: [policy] })).object).toBeDefined()
    const { data: _, ...empty } = configMap()
    expect(() => admit(input(empty as Obj, { validating: [policy] }))).toThrow('composited variable "e" fails to evaluate')
  })

  it('judge a deletion by the old object', () => {
    const policy = { validations: [{ expression: "request.operation != 'DELETE' || !has(oldObject.data.keep)", message: 'kept' }] }
    const { object: _, ...rest } = input(configMap(), { validating: [policy] })
    const request: AdmissionInput = { ...rest, operation: 'DELETE', oldObject: configMap({ keep: 'y' }) }
    expect(() => admit(request)).toThrow('kept')
    expect(admit({ ...request, oldObject: configMap() }).object).toBeUndefined()
  })

  it('ask the authorizer about the request itself, others, and paths', () => {
    const expressions = [
      "authorizer.requestResource.check('get').reason() == 'because'",
      "authorizer.serviceAccount('a', 'b').group('').resource('pods').subresource('log').check('get').allowed()",
      "authorizer.path('/healthz').check('get').allowed() && !authorizer.path('/x').check('get').errored()",
    ]
    const asked: unknown[] = []
    const authorize: AdmissionInput['authorize'] = (user, attributes) => {
      asked.push([user.username, attributes.resource ?? attributes.nonResource, attributes.verb])
      return { allowed: true, reason: 'because' }
    }
    admit(input(configMap(), { validating: [{ validations: expressions.map((expression) => ({ expression })) }] }, { authorize }))
    expect(asked).toEqual([
      ['jane', 'configmaps', 'get'],
      ['system:serviceaccount:a:b', 'pods', 'get'],
      ['jane', '/healthz', 'get'],
      ['jane', '/x', 'get'],
    ])
  })
})

describe('what a policy matches', () => {
  const denies = (match: JsonMap, more: Partial<AdmissionInput> = {}, object = configMap({}, { labels: { l: 'v' } })) => {
    const policy = { matchConstraints: match, validations: [{ expression: 'false' }] }
    try {
      admit(input(object, { validating: [policy] }, more))
      return false
    } catch {
      return true
    }
  }
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }

  it.each<[string, boolean, JsonMap, Partial<AdmissionInput>]>([
    ['its rule', true, { resourceRules: [rule] }, {}],
    ['another operation', false, { resourceRules: [{ ...rule, operations: ['UPDATE'] }] }, {}],
    ['another group', false, { resourceRules: [{ ...rule, apiGroups: ['apps'] }] }, {}],
    ['a subresource that it does not name', false, { resourceRules: [rule] }, { subresource: 'status' }],
    ['a subresource by wildcard', true, { resourceRules: [{ ...rule, resources: ['configmaps/*'] }] }, { subresource: 'status' }],
    ['cluster scope only', false, { resourceRules: [{ ...rule, scope: 'Cluster' }] }, {}],
    ['names', false, { resourceRules: [{ ...rule, resourceNames: ['other'] }] }, {}],
    ['what is excluded', false, { resourceRules: [rule], excludeResourceRules: [rule] }, {}],
    ['labels of the object', true, { resourceRules: [rule], objectSelector: { matchLabels: { l: 'v' } } }, {}],
    ['other labels', false, { resourceRules: [rule], objectSelector: { matchLabels: { l: 'w' } } }, {}],
    ['labels of the namespace', false, { resourceRules: [rule], namespaceSelector: { matchLabels: { a: 'b' } } }, {}],
    [
      'a namespace with the label',
      true,
      { resourceRules: [rule], namespaceSelector: { matchLabels: { a: 'b' } } },
      { namespaceObject: { metadata: { name: 'n', labels: { a: 'b' } } } as unknown as Obj },
    ],
  ])('%s: %s', (_, expected, match, more) => {
    expect(denies(match, more)).toBe(expected)
  })
})
