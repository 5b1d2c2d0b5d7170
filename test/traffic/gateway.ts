import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import { type ApiClient, apply, type Json, succeed } from '../cluster/apiClient.ts'
import { type Child, startChild } from '../cluster/childProcess.ts'
import { installDefinitions } from '../cluster/gatewayApi.ts'
import { HOST_ADDRESS } from './network.ts'
import type { Programs } from './programs.ts'

const NAMESPACE = 'projectcontour'
const NAME = 'contour'
/** Contour serves a listener on a privileged port 8000 higher. */
const LISTENER_PORT = 80
const PORT = LISTENER_PORT + 8000
const local = (port: number) => ({ address: '127.0.0.1', port })
const [xds, http, health, debug, stats] = [18001, 18002, 18003, 18004, 18005].map(local)

/** For routes: what they are attached to. */
export const gatewayRef = { name: NAME, namespace: NAMESPACE }

export interface Gateway {
  address: string
  port: number
  stop(): Promise<void>
}

/** Contour and one Envoy: a GatewayClass and a Gateway for the routes of every namespace. Resolves when it is programmed. */
export async function startGateway(client: ApiClient, programs: Programs, options: { kubeconfig: string; dir: string }): Promise<Gateway> {
  const dir = join(options.dir, 'gateway')
  mkdirSync(dir, { recursive: true })
  const config = join(dir, 'contour.yaml')
  writeFileSync(config, stringify({ gateway: { gatewayRef }, 'accesslog-format': 'envoy' }))
  await installDefinitions(client, programs.contourDefinitions)
  await installObjects(client)
  const bootstrap = join(dir, 'envoy.json')
  const made = startChild([programs.contour, 'bootstrap', ...flags({ xds }), `--admin-address=${join(dir, 'admin.sock')}`, bootstrap], {
    logFile: join(dir, 'bootstrap.log'),
  })
  if ((await made.exited) !== 0) throw new Error(`contour bootstrap: ${made.tail()}`)
  const serve = ['serve', `--kubeconfig=${options.kubeconfig}`, `--config-path=${config}`, '--insecure', '--disable-leader-election']
  const limits = ['--kubernetes-client-qps=200', '--kubernetes-client-burst=400']
  // It asks for older versions of these than there are; nothing here uses them.
  const off = ['tlsroutes', 'tcproutes', 'backendtlspolicies', 'grpcroutes', 'extensionservices'].map((kind) => `--disable-feature=${kind}`)
  const ports = flags({ xds, http, health, 'debug-http': debug, stats })
  const children = [
    startChild([programs.contour, ...serve, ...ports, ...limits, ...off], { logFile: join(dir, 'contour.log') }),
    startChild(
      [
        programs.envoy,
        '-c',
        bootstrap,
        '--service-cluster',
        'projectcontour',
        '--service-node',
        'envoy-1',
        '--log-level',
        'warn',
        '--concurrency',
        '1',
        // It would keep shared memory of the machine.
        '--disable-hot-restart',
      ],
      { logFile: join(dir, 'envoy.log') },
    ),
  ]
  await programmed(client, children)
  return {
    address: HOST_ADDRESS,
    port: PORT,
    async stop() {
      await Promise.all(children.map((child) => child.kill()))
    },
  }
}

function flags(listeners: Record<string, { address: string; port: number } | undefined>): string[] {
  return Object.entries(listeners).flatMap(([name, at]) => (at ? [`--${name}-address=${at.address}`, `--${name}-port=${at.port}`] : []))
}

async function installObjects(client: ApiClient): Promise<void> {
  const gatewayApi = { apiVersion: 'gateway.networking.k8s.io/v1' }
  const inNamespace = { metadata: { name: NAME, namespace: NAMESPACE } }
  const listener = { name: 'http', port: LISTENER_PORT, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }
  await apply(client, `/api/v1/namespaces/${NAMESPACE}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } })
  await apply(client, `/apis/gateway.networking.k8s.io/v1/gatewayclasses/${NAME}`, {
    ...gatewayApi,
    kind: 'GatewayClass',
    metadata: { name: NAME },
    spec: { controllerName: 'projectcontour.io/gateway-controller' },
  })
  await apply(client, `/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/gateways/${NAME}`, {
    ...gatewayApi,
    ...inNamespace,
    kind: 'Gateway',
    spec: { gatewayClassName: NAME, listeners: [listener] },
  })
  // The Gateway takes its address from this Service's status.
  const service = `/api/v1/namespaces/${NAMESPACE}/services/envoy`
  const metadata = { name: 'envoy', namespace: NAMESPACE }
  const ports = [{ name: 'http', port: LISTENER_PORT, targetPort: PORT }]
  await apply(client, service, { apiVersion: 'v1', kind: 'Service', metadata, spec: { type: 'LoadBalancer', ports } })
  await succeed(client, {
    method: 'PATCH',
    path: `${service}/status`,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { loadBalancer: { ingress: [{ ip: HOST_ADDRESS }] } } },
  })
}

async function programmed(client: ApiClient, children: readonly Child[]): Promise<void> {
  const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/gateways/${NAME}`
  for (let attempt = 1; ; attempt++) {
    const gateway: Json = await succeed(client, { method: 'GET', path })
    const condition = gateway.status?.conditions?.find(({ type }: Json) => type === 'Programmed')
    if (condition?.status === 'True') return
    const dead = children.find(({ running }) => !running)
    if (dead) throw new Error(`a part of the gateway ended:\n${dead.tail()}`)
    if (attempt === 600) throw new Error(`the gateway was not programmed within 60 s: ${JSON.stringify(gateway.status)}`)
    await sleep(100)
  }
}
