import type { Json } from '../cluster/apiClient.ts'
import { gatewayRef } from './gateway.ts'

/** Images of this name run app.ts; the tag is the version that it calls itself. */
export const APP_IMAGE = 'demo'

/** How a version behaves. Left out: it answers at once and without errors. */
export interface Manners {
  errorRate?: number
  /** Median. */
  latencyMs?: number
  /** Its errors begin so long after the start of a pod. */
  errorsAfterS?: number
  /** A pod ends with an error so long after its start; 0: before it listens. */
  crashAfterS?: number
}

const PORT = 8080

/** A Deployment's pod template of that version. `drained` pods stay a while after they have left the endpoints, as they should. */
function template(labels: Record<string, string>, version: string, manners: Manners, dependency?: string): Json {
  const variables: Record<string, string | number | undefined> = {
    ERROR_RATE: manners.errorRate,
    LATENCY_MS: manners.latencyMs,
    ERRORS_AFTER_S: manners.errorsAfterS,
    CRASH_AFTER_S: manners.crashAfterS,
    DEPENDENCY: dependency,
  }
  const env = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value: String(value) }]))
  return {
    metadata: { labels, annotations: { 'prometheus.io/scrape': 'true' } },
    spec: {
      terminationGracePeriodSeconds: 10,
      containers: [
        {
          name: 'app',
          image: `${APP_IMAGE}:${version}`,
          env,
          ports: [{ name: 'http', containerPort: PORT }],
          readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 1, timeoutSeconds: 2 },
          lifecycle: { preStop: { sleep: { seconds: 3 } } },
        },
      ],
    },
  }
}

export interface DeploymentOptions {
  name: string
  replicas: number
  version: string
  manners: Manners
  /** URL that each request asks. */
  dependency?: string | undefined
}

export function deploymentObject({ name, replicas, version, manners, dependency }: DeploymentOptions): Json {
  const labels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template: template(labels, version, manners, dependency) },
  }
}

export function serviceObject(name: string): Json {
  const ports = [{ name: 'http', port: PORT, targetPort: PORT }]
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports } }
}

export function routeObject(name: string, host: string): Json {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name },
    spec: { parentRefs: [gatewayRef], hostnames: [host], rules: [{ backendRefs: [{ name, port: PORT }] }] },
  }
}

/** A Rollout over Deployment, Service and HTTPRoute of that name, with waits that suit a test. */
export function rolloutObject(name: string, spec: Json): Json {
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      workload: { name },
      service: name,
      traffic: { routes: [{ kind: 'HTTPRoute', name }], drain: '5s' },
      rollback: { keepCanaryFor: '5s' },
      keepOld: '5s',
      progressDeadline: '60s',
      ...spec,
    },
  }
}

/** Where metrics are, for a namespace, or for all where there is no namespace. Scraped every 2 s: what ended 3 s ago is there. */
export function sourceObject(url: string, scope: 'Namespace' | 'Cluster'): Json {
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: scope === 'Cluster' ? 'ClusterMetricSource' : 'MetricSource',
    metadata: { name: 'default' },
    spec: { prometheus: { url }, lag: '3s', timeout: '3s' },
  }
}
