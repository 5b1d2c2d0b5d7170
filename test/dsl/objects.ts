import type { Json } from '../cluster/apiClient.ts'

/** Every object of a scenario's shop has this name unless it says otherwise. */
export const shop = 'shop'
export const host = 'shop.example.com'

/** A version, as scenarios name it, and its image. */
export const imageOf = (version: string): string => `demo:${version}`

export interface DeploymentOptions {
  name?: string
  replicas?: number
  version?: string
  /** Of the Deployment itself. */
  annotations?: Record<string, string>
  podAnnotations?: Record<string, string>
  strategy?: Json
  minReadySeconds?: number
  /** Between its removal from the endpoints and the end of a pod. */
  preStopSeconds?: number
  /** What a pod requests of each resource. */
  requests?: Record<string, string>
}

export function deploymentObject(options: DeploymentOptions = {}): Json {
  const {
    name = shop,
    replicas = 4,
    version = 'v1',
    annotations,
    podAnnotations,
    strategy,
    minReadySeconds,
    preStopSeconds = 0,
    requests,
  } = options
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name }, ...(annotations ? { annotations } : {}) },
    spec: {
      replicas,
      ...(strategy ? { strategy } : {}),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(podAnnotations ? { annotations: podAnnotations } : {}) },
        spec: {
          terminationGracePeriodSeconds: 1 + preStopSeconds,
          containers: [
            {
              name: 'web',
              image: imageOf(version),
              ports: [{ containerPort: 8080 }],
              ...(requests ? { resources: { requests } } : {}),
              ...(preStopSeconds > 0 ? { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } } : {}),
            },
          ],
        },
      },
    },
  }
}

export function serviceObject({ name = shop, selector = { app: shop } }: { name?: string; selector?: Record<string, string> } = {}): Json {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { team: 'shop' } },
    spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  }
}

export function gatewayObject(): Json {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gateway' },
    spec: { gatewayClassName: 'sandbox', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  }
}

export function routeObject({ name = shop, rules }: { name?: string; rules?: Json[] } = {}): Json {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, labels: { team: 'shop' } },
    spec: {
      parentRefs: [{ name: 'gateway' }],
      hostnames: [host],
      rules: rules ?? [{ backendRefs: [{ name: shop, port: 80 }] }],
    },
  }
}

/** An autoscaler of the shop's Deployment. */
export function autoscalerObject(
  metrics: Json[],
  { min = 1, max = 40, behavior }: { min?: number; max?: number; behavior?: Json } = {},
): Json {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: shop },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: shop },
      minReplicas: min,
      maxReplicas: max,
      metrics,
      ...(behavior ? { behavior } : {}),
    },
  }
}

/** Timers of a second or so, so that a real cluster is quick too. */
export function rolloutObject(spec: Json, { name = shop }: { name?: string } = {}): Json {
  const { workload = { name: shop }, traffic = {}, rollback = {}, ...rest } = spec
  return {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name },
    spec: {
      workload,
      traffic: { drain: '1s', ...traffic, verify: { timeout: '5s', settle: '1s', ...traffic.verify } },
      rollback: { keepCanaryFor: '1s', ...rollback },
      keepOld: '3s',
      progressDeadline: '5s',
      ...rest,
    },
  }
}

/** The four weights of a plain canary with a person at the first. */
export const twentyThenAsk = { steps: [{ weight: 20 }, { pause: {} }] }
