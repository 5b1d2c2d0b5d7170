import { join } from 'node:path'
import { systemClock } from '../../controller/src/clock.ts'
import { loadKubeConfig } from '../../controller/src/kube/kubeconfig.ts'
import { undiciTransport } from '../../controller/src/kube/transport.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import { type ApiClient, apply } from '../cluster/apiClient.ts'
import { type ControlPlane, startControlPlane } from '../cluster/controlPlane.ts'
import { installGatewayApi } from '../cluster/gatewayApi.ts'
import { install } from '../dsl/real.ts'
import { type ControllerProcess, startControllerProcess } from './controllerProcess.ts'
import { serveNames } from './dns.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { type Kubelet, startKubelet } from './kubelet/kubelet.ts'
import { closeNetwork, HOST_ADDRESS, METRICS_ADDRESS, openNetwork } from './network.ts'
import { programs as allPrograms } from './programs.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'
import { APP_IMAGE, sourceObject } from './shopObjects.ts'

/** What the metrics of every namespace come from, unless it says otherwise. */
const PROMETHEUS_URL = 'http://prometheus.monitoring.svc.cluster.local:9090'

export interface Environment {
  /** Its own folder: logs, data, configuration of every part. */
  dir: string
  controlPlane: ControlPlane
  /** Speaks to the API server as its administrator. */
  admin: ApiClient
  /** The same, for what speaks by transports. */
  transport: Transport
  kubelet: Kubelet
  gateway: Gateway
  prometheus: Prometheus
  /** Another Prometheus, which a test may crash. It scrapes the same pods. */
  anotherPrometheus(): Promise<Prometheus>
  /** Serin's controller, a process of its own. */
  controller: ControllerProcess
  /** Milliseconds until each part was ready, one after the other. */
  took: Record<string, number>
  stop(): Promise<void>
}

/**
 * A cluster with packets: control plane, a kubelet whose pods are processes, a gateway, Prometheus. Serin's kinds,
 * policies and rights are installed, and its controller runs. Only inside the namespaces that main.ts makes.
 */
export async function startEnvironment(dir = insideFolder()): Promise<Environment> {
  const took: Record<string, number> = {}
  const timed = async <T>(name: string, part: () => Promise<T>): Promise<T> => {
    const begun = performance.now()
    const result = await part()
    took[name] = Math.round(performance.now() - begun)
    return result
  }
  const programs = await allPrograms()
  await timed('network', () => openNetwork(dir))
  const controlPlane = await timed('control plane', () =>
    startControlPlane({ dir: join(dir, 'control-plane'), advertiseAddress: HOST_ADDRESS }),
  )
  const admin = controlPlane.client()
  const transport = undiciTransport(loadKubeConfig({ path: controlPlane.kubeconfigPath }), { clock: systemClock })
  const api = new URL(controlPlane.url)
  const targetsFile = join(dir, 'targets.json')
  const app = { image: APP_IMAGE, command: [process.execPath, join(import.meta.dirname, 'app.ts')], tagAs: 'APP_VERSION' }
  await timed('Gateway API', () => installGatewayApi(admin))
  const kubelet = await timed('kubelet', () =>
    startKubelet({
      client: admin,
      images: [app],
      env: { PATH: process.env.PATH ?? '', KUBERNETES_SERVICE_HOST: api.hostname, KUBERNETES_SERVICE_PORT: api.port },
      dir: join(dir, 'pods'),
      targetsFile,
    }),
  )
  const names = await timed('names', () => serveNames(admin, HOST_ADDRESS))
  const gateway = await timed('gateway', () => startGateway(admin, programs, { kubeconfig: controlPlane.kubeconfigPath, dir }))
  let prometheuses = 0
  const anotherPrometheus = () => {
    const port = 9090 + prometheuses++
    return startPrometheus({ binary: programs.prometheus, dir: join(dir, `prometheus-${port}`), port, targetsFile })
  }
  const prometheus = await timed('Prometheus', anotherPrometheus)
  await nameForPrometheus(admin)
  await timed('Serin', () => install(controlPlane.kubeconfigPath))
  await apply(admin, '/apis/serin.dev/v1alpha1/clustermetricsources/default', sourceObject(PROMETHEUS_URL, 'Cluster'))
  const controller = await timed('controller', () => startControllerProcess({ kubeconfig: controlPlane.kubeconfigFor('serin'), dir }))
  return {
    dir,
    controlPlane,
    admin,
    transport,
    kubelet,
    gateway,
    prometheus,
    anotherPrometheus,
    controller,
    took,
    async stop() {
      await controller.kill()
      await Promise.all([kubelet.stop(), names.stop(), gateway.stop(), prometheus.kill()])
      await transport.close()
      await controlPlane.stop()
      await closeNetwork()
    },
  }
}

/** The folder that main.ts made for this run. */
function insideFolder(): string {
  const dir = process.env.SERIN_TRAFFIC_INSIDE
  if (!dir) throw new Error('tests with real traffic need a network of their own: node test/traffic/main.ts runs them')
  return dir
}

/** The first one gets the name that is in PROMETHEUS_URL. */
async function nameForPrometheus(client: ApiClient): Promise<void> {
  const metadata = { name: 'prometheus', namespace: 'monitoring' }
  await apply(client, '/api/v1/namespaces/monitoring', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring' } })
  const ports = [{ name: 'http', port: 9090 }]
  await apply(client, '/api/v1/namespaces/monitoring/services/prometheus', { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } })
  await apply(client, '/apis/discovery.k8s.io/v1/namespaces/monitoring/endpointslices/prometheus', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'prometheus' } },
    addressType: 'IPv4',
    ports,
    endpoints: [{ addresses: [METRICS_ADDRESS], conditions: { ready: true } }],
  })
}
