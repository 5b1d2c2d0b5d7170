import { join } from 'node:path'

/** Where the processes of one control plane keep their files and listen. */
export interface Layout {
  dir: string
  address: string
  etcdPort: number
  etcdPeerPort: number
  apiPort: number
  managerPort: number
}

const CONTROLLERS = [
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'disruption-controller',
  'endpointslice-controller',
  'garbage-collector-controller',
  'horizontal-pod-autoscaler-controller',
  'job-controller',
  'namespace-controller',
  'replicaset-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'statefulset-controller',
  'validatingadmissionpolicy-status-controller',
]

export function etcdFlags({ dir, etcdPort, etcdPeerPort }: Layout): string[] {
  const clients = `http://127.0.0.1:${etcdPort}`
  const peers = `http://127.0.0.1:${etcdPeerPort}`
  return [
    `--data-dir=${join(dir, 'etcd')}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    // The state is thrown away: no write waits for the disk.
    '--unsafe-no-fsync',
    '--log-level=error',
  ]
}

export function apiServerFlags(
  { dir, address, apiPort, etcdPort }: Layout,
  options: { admissionPlugins?: string[]; featureGates?: Record<string, boolean>; runtimeConfig?: string[]; apiServerFlags?: string[] },
): string[] {
  const loopback = address.startsWith('127.')
  const gates = Object.entries(options.featureGates ?? {}).map(([gate, on]) => `${gate}=${on}`)
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--bind-address=${loopback ? address : '0.0.0.0'}`,
    `--advertise-address=${address}`,
    // A Service may not have loopback endpoints; the `kubernetes` Service then stays without.
    ...(loopback ? ['--endpoint-reconciler-type=none'] : []),
    `--secure-port=${apiPort}`,
    `--cert-dir=${join(dir, 'certs')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(dir, 'service-account.pub')}`,
    `--service-account-signing-key-file=${join(dir, 'service-account.key')}`,
    `--token-auth-file=${join(dir, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    `--enable-admission-plugins=${['OwnerReferencesPermissionEnforcement', ...(options.admissionPlugins ?? [])].join(',')}`,
    '--max-requests-inflight=3000',
    '--max-mutating-requests-inflight=1500',
    ...(gates.length > 0 ? [`--feature-gates=${gates.join(',')}`] : []),
    ...(options.runtimeConfig?.length ? [`--runtime-config=${options.runtimeConfig.join(',')}`] : []),
    ...(options.apiServerFlags ?? []),
  ]
}

export function controllerManagerFlags({ dir, managerPort }: Layout, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${managerPort}`,
    '--leader-elect=false',
    `--service-account-private-key-file=${join(dir, 'service-account.key')}`,
    `--root-ca-file=${join(dir, 'certs', 'apiserver.crt')}`,
    // Each controller as its own user, as in a real cluster: policies then see who writes.
    '--use-service-account-credentials=true',
    '--concurrent-deployment-syncs=20',
    '--concurrent-replicaset-syncs=20',
    '--concurrent-namespace-syncs=30',
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--endpointslice-updates-batch-period=0s',
    // An autoscaler that looks every second keeps tests short.
    '--horizontal-pod-autoscaler-sync-period=1s',
    `--controllers=${CONTROLLERS.join(',')}`,
  ]
}
