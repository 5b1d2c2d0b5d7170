import type { User } from '../../types.ts'
import { type VirtualClock, virtualClock } from '../../virtualClock.ts'
import { type ApiServer, type ApiServerOptions, createApiServer } from '../server.ts'

const anna: User = { username: 'anna', groups: ['team'] }

/** A server on a clock that stands still, with an ordinary user `anna` beside the admin. */
export function testServer(options: Partial<ApiServerOptions> = {}): { server: ApiServer; clock: VirtualClock } {
  const clock = virtualClock()
  return { clock, server: createApiServer({ clock, tokens: { anna }, ...options }) }
}

export function configMap(name: string, data: Record<string, string> = {}, metadata: object = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

export function deployment(name: string, image = 'demo:v1') {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } },
    },
  }
}

export function widgetCrd(versions: object[] = [widgetVersion('v1', true)]) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] }, versions },
  }
}

export function widgetVersion(name: string, storage: boolean) {
  return {
    name,
    served: true,
    storage,
    subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
    additionalPrinterColumns: [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    ],
    selectableFields: [{ jsonPath: '.spec.colour' }],
    schema: {
      openAPIV3Schema: {
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            'x-kubernetes-validations': [{ rule: 'self.size < 100', message: 'too big' }],
            properties: {
              size: { type: 'integer', default: 3, minimum: 1 },
              replicas: { type: 'integer' },
              colour: { type: 'string', maxLength: 10 },
            },
          },
          status: {
            type: 'object',
            properties: {
              replicas: { type: 'integer' },
              conditions: { type: 'array', items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
            },
          },
        },
      },
    },
  }
}

export const paths = {
  configMaps: '/api/v1/namespaces/default/configmaps',
  deployments: '/apis/apps/v1/namespaces/default/deployments',
  pods: '/api/v1/namespaces/default/pods',
  crds: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  widgets: '/apis/example.com/v1/namespaces/default/widgets',
}
