import type { Api } from './api.ts'
import { systemClock } from './apiserver/clock.ts'
import { random } from './apiserver/random.ts'
import { type ApiServer, createApiServer } from './apiserver/server.ts'
import { createActivity } from './controllers/activity.ts'
import type { Context } from './controllers/context.ts'
import { startDaemonSets } from './controllers/daemonSet.ts'
import { type Delays, defaultDelays } from './controllers/delays.ts'
import { startDeployments } from './controllers/deployment.ts'
import { startDisruptionBudgets } from './controllers/disruptionBudget.ts'
import { startEndpointSlices } from './controllers/endpointSlice.ts'
import { createEvents, noEvents } from './controllers/events.ts'
import { startGarbageCollector } from './controllers/garbageCollector.ts'
import { type AutoscalerOptions, startHorizontalPodAutoscalers } from './controllers/horizontalPodAutoscaler.ts'
import { createImageBook, type ImageBehaviour, type ImageBook } from './controllers/images.ts'
import { startJobs } from './controllers/job.ts'
import { type Kubelet, startKubelet } from './controllers/kubelet.ts'
import { startNamespaces } from './controllers/namespace.ts'
import { hostIp } from './controllers/podStatus.ts'
import { startReplicaSets } from './controllers/replicaSet.ts'
import { type ScalingMetrics, startScalingMetrics } from './controllers/scalingMetrics.ts'
import { startStatefulSets } from './controllers/statefulSet.ts'
import { createStore } from './controllers/store.ts'
import { timestamp } from './controllers/time.ts'
import { type Prometheus, type PrometheusOptions, startPrometheus } from './prometheus/prometheus.ts'
import { gatewayController } from './traffic/attachment.ts'
import { type DataPlaneOptions, startDataPlane } from './traffic/dataPlane.ts'
import { startGateway } from './traffic/gateway.ts'
import { gatewayApiDefinitions, gatewayGroup } from './traffic/gatewayApi.ts'
import type { Incident } from './traffic/incidents.ts'
import { createLoad, type Load } from './traffic/load.ts'
import { createPodMetrics, type PodMetrics } from './traffic/metrics.ts'
import { ApiError, type Obj, type SandboxClock, type User } from './types.ts'
import type { VirtualClock } from './virtualClock.ts'

export interface SandboxOptions {
  /** Default: the machine's clock. */
  clock?: SandboxClock
  /** What images do, by reference or the beginning of one. */
  images?: Record<string, Partial<ImageBehaviour>>
  delays?: Partial<Delays>
  /** Everything random follows from it. */
  seed?: number
  tokens?: Record<string, User>
  nodes?: number
  /** Whether controllers write Event objects; yes when left out. Without, long simulations write less. */
  events?: boolean
  /** How the gateway keeps weights; by chance when left out. */
  split?: DataPlaneOptions['split']
  prometheus?: PrometheusOptions
  autoscaling?: Partial<AutoscalerOptions>
}

/** A whole cluster in this process: API server, native controllers, pods, a gateway and traffic. */
export interface Sandbox {
  clock: SandboxClock
  server: ApiServer
  api: Api
  handle: ApiServer['handle']
  listen: ApiServer['listen']
  load: Load
  metrics: PodMetrics
  prometheus: Prometheus
  /** What autoscalers go by; External and Object metrics are given here. */
  scalingMetrics: Pick<ScalingMetrics, 'sample' | 'give'>
  traffic: {
    /** Something that pods depend on fails from now on, until the returned function is called. */
    incident(incident: Incident): () => void
  }
  images: ImageBook
  /** What befalls running pods. */
  mishaps: Pick<Kubelet, 'ail' | 'crash'>
  /** Read at each use: change them at any time. */
  delays: Delays
  /** Resolves when controllers, pods and gateway have nothing left to do soon; moves a virtual clock, at most 10 minutes. */
  settle(): Promise<void>
  /** Ends controllers, pods and traffic. The API stays readable. */
  stop(): void
}

/** The class that the sandbox's gateway serves; it is there from the start. */
export const gatewayClassName = 'sandbox'

const settleWithin = 600_000

export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { clock = systemClock, seed = 1, nodes: nodeCount = 3, tokens, split = 'random' } = options
  const server = createApiServer({ clock, seed, enforceOwnerReferences: true, ...(tokens ? { tokens } : {}) })
  const { api } = server
  const activity = createActivity()
  const delays = { ...defaultDelays, ...options.delays }
  const images = createImageBook(options.images)
  const store = createStore(api)
  const ctx: Context = {
    api,
    clock,
    store,
    delays,
    activity,
    random: random(seed + 1).next,
    events: options.events === false ? noEvents : createEvents(api, clock),
  }
  const nodes = Array.from({ length: nodeCount }, (_, index) => `node-${index + 1}`)

  const controllers = [
    startNamespaces,
    startGarbageCollector,
    startDeployments,
    startReplicaSets,
    startStatefulSets,
    startDaemonSets,
    startJobs,
    startEndpointSlices,
    startDisruptionBudgets,
    startGateway,
  ]
  const stops = controllers.map((start) => start(ctx))
  const kubelet = startKubelet(ctx, images, nodes)
  const dataPlane = startDataPlane(ctx, kubelet, { split })
  const load = createLoad(ctx, dataPlane)
  const metrics = createPodMetrics(store, dataPlane)
  const scalingMetrics = startScalingMetrics(ctx, kubelet, images)
  stops.push(startHorizontalPodAutoscalers(ctx, scalingMetrics, options.autoscaling))
  const sources = { store, kubelet, metrics, images, random: random(seed + 2).next }
  const prometheus = startPrometheus(clock, sources, options.prometheus)
  furnish(api, nodes, timestamp(clock.now()))

  return {
    clock,
    server,
    api,
    handle: server.handle,
    listen: server.listen,
    load,
    metrics,
    prometheus,
    scalingMetrics,
    traffic: { incident: dataPlane.incidents.begin },
    images,
    mishaps: { ail: kubelet.ail, crash: kubelet.crash },
    delays,
    async settle() {
      const idle = () => activity.idle()
      if (isVirtual(clock)) await clock.runUntil(idle, { atMost: settleWithin })
      else while (!idle()) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    stop() {
      load.stop()
      for (const stop of [...stops, scalingMetrics.stop, prometheus.stop, dataPlane.stop, kubelet.stop, metrics.stop, store.stop]) stop()
    },
  }
}

const isVirtual = (clock: SandboxClock): clock is VirtualClock => 'runUntil' in clock

/** Namespaces, nodes, the Gateway API and a class for it, as far as they are not there. */
function furnish(api: Api, nodes: string[], now: string): void {
  const make = (object: unknown) => {
    try {
      api.create(object as Partial<Obj>)
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error
    }
  }
  for (const name of ['default', 'kube-system']) make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  for (const name of nodes) {
    const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' }
    make({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: nodeStatus(name, now) })
  }
  for (const definition of gatewayApiDefinitions()) make(definition)
  make({
    apiVersion: `${gatewayGroup}/v1`,
    kind: 'GatewayClass',
    metadata: { name: gatewayClassName },
    spec: { controllerName: gatewayController },
  })
}

function nodeStatus(name: string, now: string): unknown {
  const resources = { cpu: '8', memory: '32Gi', pods: '110' }
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: hostIp(name) },
      { type: 'Hostname', address: name },
    ],
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: name,
      systemUUID: name,
      bootID: name,
      kernelVersion: '6.12.0',
      osImage: 'sandbox',
      containerRuntimeVersion: 'sandbox://1',
      kubeletVersion: 'v1.36.0',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  }
}
