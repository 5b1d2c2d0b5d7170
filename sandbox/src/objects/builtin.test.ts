import { describe, expect, it } from 'vitest'
import { builtinDefinitions, builtinSchema, defaultBuiltin, validateBuiltin } from './builtin.ts'
import { copy, type JsonMap } from './json.ts'
import { crdProblems } from './structural.ts'

const template = (container: JsonMap = {}, labels: JsonMap = { app: 'a' }): JsonMap => ({
  metadata: { labels },
  spec: { containers: [{ name: 'c', image: 'x:1', ...container }] },
})
const object = (apiVersion: string, kind: string, more: JsonMap): JsonMap => ({ apiVersion, kind, metadata: { name: 'a' }, ...more })
const deployment = (spec: JsonMap = {}): JsonMap =>
  defaultBuiltin(object('apps/v1', 'Deployment', { spec: { selector: { matchLabels: { app: 'a' } }, template: template(), ...spec } }))
const service = (spec: JsonMap): JsonMap => defaultBuiltin(object('v1', 'Service', { spec }))
const complaints = (made: JsonMap, old?: JsonMap) => validateBuiltin(made, old).map(({ field, message }) => `${field}: ${message}`)

describe('builtinSchema', () => {
  it('knows how lists merge, through references', () => {
    const spec = builtinSchema('v1', 'Pod')?.properties?.spec
    expect(spec?.properties?.containers?.['x-kubernetes-list-map-keys']).toEqual(['name'])
    expect(spec?.properties?.containers?.items?.properties?.ports?.['x-kubernetes-list-map-keys']).toEqual(['containerPort', 'protocol'])
    expect(builtinSchema('apps/v1', 'Deployment')?.properties?.spec?.properties?.selector?.['x-kubernetes-map-type']).toBe('atomic')
  })

  it('gives one and the same schema every time, also where it contains itself', () => {
    const props = builtinSchema('apiextensions.k8s.io/v1', 'CustomResourceDefinition')?.properties?.spec?.properties?.versions?.items
    const schema = props?.properties?.schema?.properties?.openAPIV3Schema
    expect(schema?.properties?.not?.properties?.not?.properties?.title?.type).toBe('string')
    expect(builtinSchema('v1', 'Pod')).toBe(builtinSchema('v1', 'Pod'))
    expect(builtinSchema('example.com/v1', 'Pod')).toBeUndefined()
  })

  it('has every schema that another refers to', () => {
    const { schemas } = builtinDefinitions()
    const missing: string[] = []
    JSON.stringify(schemas, (key, value) => {
      if (key === '$ref' && typeof value === 'string' && !(value in schemas)) missing.push(value)
      return value
    })
    expect(missing).toEqual([])
  })
})

describe('defaultBuiltin', () => {
  it('makes a Deployment what the real server makes of it', () => {
    expect(deployment({ template: template({ ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } }) })).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        progressDeadlineSeconds: 600,
        replicas: 1,
        revisionHistoryLimit: 10,
        selector: { matchLabels: { app: 'a' } },
        strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' }, type: 'RollingUpdate' },
        template: {
          metadata: { labels: { app: 'a' } },
          spec: {
            containers: [
              {
                image: 'x:1',
                imagePullPolicy: 'IfNotPresent',
                livenessProbe: {
                  failureThreshold: 3,
                  httpGet: { path: '/', port: 80, scheme: 'HTTP' },
                  periodSeconds: 10,
                  successThreshold: 1,
                  timeoutSeconds: 1,
                },
                name: 'c',
                ports: [{ containerPort: 80, protocol: 'TCP' }],
                resources: {},
                terminationMessagePath: '/dev/termination-log',
                terminationMessagePolicy: 'File',
              },
            ],
            dnsPolicy: 'ClusterFirst',
            restartPolicy: 'Always',
            schedulerName: 'default-scheduler',
            securityContext: {},
            terminationGracePeriodSeconds: 30,
          },
        },
      },
      status: {},
    })
  })

  it('keeps what was written, and does nothing the second time', () => {
    const made = deployment({ replicas: 0, paused: true, strategy: { type: 'Recreate' } })
    expect(made.spec).toMatchObject({ replicas: 0, paused: true, strategy: { type: 'Recreate' } })
    expect(defaultBuiltin(made)).toEqual(made)
  })

  it('does not change its input, and drops nulls', () => {
    const given = object('apps/v1', 'Deployment', { spec: { replicas: null, template: template() } })
    const before = copy(given)
    expect(defaultBuiltin(given).spec?.replicas).toBe(1)
    expect(given).toEqual(before)
  })

  it('pulls always what has no tag or the tag latest', () => {
    const policy = (image: string) => deployment({ template: template({ image }) }).spec.template.spec.containers[0].imagePullPolicy
    expect(['x', 'x:latest', 'h:5000/x', 'x:1', 'h:5000/x:2', 'x@sha256:0'].map(policy)).toEqual([
      'Always',
      'Always',
      'Always',
      'IfNotPresent',
      'IfNotPresent',
      'IfNotPresent',
    ])
  })

  it('gives a Service its ports and policies', () => {
    expect(service({ ports: [{ port: 80 }] }).spec).toEqual({
      internalTrafficPolicy: 'Cluster',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      sessionAffinity: 'None',
      type: 'ClusterIP',
    })
  })

  it('encodes what a Secret was given in plain', () => {
    expect(defaultBuiltin(object('v1', 'Secret', { stringData: { a: 'b' } }))).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } })
  })

  it('shows the zeros of a status', () => {
    const set = object('apps/v1', 'ReplicaSet', { spec: { selector: { matchLabels: { app: 'a' } }, template: template() } })
    expect(defaultBuiltin(set)).toMatchObject({ status: { replicas: 0 } })
  })

  it('makes a pod request what it is limited to', () => {
    const pod = object('v1', 'Pod', { spec: { containers: [{ name: 'c', image: 'x', resources: { limits: { cpu: '1' } } }] } })
    expect(defaultBuiltin(pod).spec?.containers[0].resources).toEqual({ limits: { cpu: '1' }, requests: { cpu: '1' } })
    expect(deployment({ template: template({ resources: { limits: { cpu: '1' } } }) }).spec.template.spec.containers[0].resources).toEqual({
      limits: { cpu: '1' },
    })
  })
})

describe('validateBuiltin', () => {
  it('finds nothing wrong with what is right', () => {
    expect(complaints(deployment())).toEqual([])
    expect(complaints(service({ ports: [{ port: 80 }], selector: { app: 'a' } }))).toEqual([])
  })

  it('tells all that is wrong with a Deployment', () => {
    const bad = deployment({
      replicas: -1,
      progressDeadlineSeconds: 0,
      selector: { matchLabels: { app: 'zz' } },
      template: template({ name: 'C_', image: '', volumeMounts: [{ name: 'q', mountPath: '/' }] }),
    })
    const fields = validateBuiltin(bad).map(({ field, reason }) => `${field} ${reason}`)
    expect(fields).toEqual([
      'spec.replicas FieldValueInvalid',
      'spec.template.metadata.labels FieldValueInvalid',
      'spec.template.spec.containers[0].name FieldValueInvalid',
      'spec.template.spec.containers[0].image FieldValueRequired',
      'spec.template.spec.containers[0].volumeMounts[0].name FieldValueNotFound',
      'spec.progressDeadlineSeconds FieldValueInvalid',
    ])
  })

  it('keeps selectors and addresses as they are', () => {
    const labels = { app: 'b' }
    const other = deployment({ selector: { matchLabels: labels }, template: template({}, labels) })
    expect(complaints(other, deployment())).toEqual(['spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable'])
    const ports = [{ port: 80 }]
    const [old, moved] = [service({ clusterIP: '10.0.0.1', ports }), service({ clusterIP: '10.0.0.2', ports })]
    expect(complaints(moved, old)).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'])
  })

  it('asks for names of ports where there are several', () => {
    expect(complaints(service({ type: 'Foo', ports: [{ port: 80 }, { name: 'x', port: 99_999 }] }))).toEqual([
      'spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      'spec.ports[0].name: Required value',
      'spec.ports[1].port: Invalid value: 99999: must be between 1 and 65535, inclusive',
      'spec.ports[1].targetPort: Invalid value: 99999: must be between 1 and 65535, inclusive',
    ])
  })

  it('refuses bad names, labels and owners', () => {
    const bad = deployment()
    bad.metadata = {
      name: 'Bad_Name',
      labels: { 'a b': '!' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'K', name: 'n', uid: '' }],
      finalizers: ['foo'],
    }
    expect(validateBuiltin(bad).map(({ field }) => field)).toEqual([
      'metadata.name',
      'metadata.labels',
      'metadata.labels',
      'metadata.ownerReferences.uid',
      'metadata.finalizers[0]',
    ])
  })

  it('lets a StatefulSet change only what may change', () => {
    const set = (spec: JsonMap) =>
      defaultBuiltin(
        object('apps/v1', 'StatefulSet', {
          spec: { serviceName: 's', selector: { matchLabels: { app: 'a' } }, template: template(), ...spec },
        }),
      )
    expect(complaints(set({ replicas: 3 }), set({}))).toEqual([])
    expect(complaints(set({ serviceName: 'other' }), set({}))).toEqual([
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ])
  })

  it('stops at values of the wrong type', () => {
    expect(complaints(deployment({ replicas: 'three' }))).toEqual([
      'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
    ])
  })

  it('leaves a definition of a kind to crdProblems', () => {
    const crd = defaultBuiltin(
      object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
        metadata: { name: 'as.test.dev' },
        spec: {
          group: 'test.dev',
          scope: 'Cluster',
          names: { plural: 'as', kind: 'A' },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', nullable: true, default: null } } } },
            },
          ],
        },
      }),
    )
    expect(crd.spec?.names).toMatchObject({ singular: 'a', listKind: 'AList' })
    expect([...validateBuiltin(crd), ...crdProblems(crd)]).toEqual([])
  })
})
