import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiClient } from './apiClient.ts'
import { type Child, removeAfterDeath, startChild } from './childProcess.ts'
import { type Commands, controlPlaneCommands } from './controlPlaneBinary.ts'
import { apiServerFlags, controllerManagerFlags, etcdFlags, type Layout } from './controlPlaneFlags.ts'
import { freePorts } from './freePorts.ts'
import { httpsClient } from './httpsClient.ts'
import { kubeconfig } from './kubeconfig.ts'
import { testUsers, tokenFile, type UserName } from './users.ts'

export interface ControlPlaneOptions {
  /** Keeps state and logs here and leaves them; otherwise a temporary folder that goes away with the control plane. */
  dir?: string
  /** Beyond the default plugins and OwnerReferencesPermissionEnforcement. */
  admissionPlugins?: string[]
  featureGates?: Record<string, boolean>
  /** Group versions that are off by default, as `resource.k8s.io/v1alpha1=true`. */
  runtimeConfig?: string[]
  /** An address of this machine that others must reach the API server at. Default: loopback only. */
  advertiseAddress?: string
  /** Further flags of the API server. */
  apiServerFlags?: string[]
}

export interface ControlPlane {
  url: string
  /** PEM of the authority that signed the API server's certificate. */
  ca: string
  adminToken: string
  /** For the user `admin`. */
  kubeconfigPath: string
  tokenFor(user: UserName): string
  /** A kubeconfig file for any of the test users. */
  kubeconfigFor(user: UserName): string
  /** A client that ends with the control plane. */
  client(user?: UserName): ApiClient
  /** Kills the API server and starts it anew on the same port: every connection breaks. Resolves when it is ready. */
  restartApiServer(): Promise<void>
  /** Ends everything and removes the temporary folder. */
  stop(): Promise<void>
}

/**
 * etcd, kube-apiserver and kube-controller-manager on free loopback ports, ready to use. The processes die with this
 * one, also when it crashes. There are no nodes and no kubelet: pods stay Pending until something pretends them.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const commands = await controlPlaneCommands()
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(commands, options)
    } catch (error) {
      // Between the choice of a port and its use another process can take it.
      if (attempt === 3 || !String(error).includes('address already in use')) throw error
    }
  }
}

async function start(commands: Commands, options: ControlPlaneOptions): Promise<ControlPlane> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'serin-control-plane-'))
  mkdirSync(dir, { recursive: true })
  const callOffGuard = options.dir ? () => {} : removeAfterDeath(dir)
  const [etcdPort = 0, etcdPeerPort = 0, apiPort = 0, managerPort = 0] = await freePorts(4)
  const layout: Layout = { dir, etcdPort, etcdPeerPort, apiPort, managerPort, address: options.advertiseAddress ?? '127.0.0.1' }
  writeKeys(dir)
  const children: Child[] = []
  const clients: (ApiClient & { close(): void })[] = []
  const launch = (component: 'etcd' | 'kube-apiserver' | 'kube-controller-manager', flags: string[]) => {
    const child = startChild([...commands(component), ...flags], { logFile: join(dir, `${component}.log`), cwd: dir })
    children.push(child)
    return child
  }
  const stop = async () => {
    for (const client of clients) client.close()
    await Promise.all(children.map((child) => child.kill()))
    if (!options.dir) rmSync(dir, { recursive: true, force: true })
    callOffGuard()
  }
  try {
    const url = `https://${layout.address}:${apiPort}`
    launch('etcd', etcdFlags(layout))
    const startApiServer = async () => {
      const child = launch('kube-apiserver', apiServerFlags(layout, options))
      const ca = await ready(child, url, dir)
      return { child, ca }
    }
    let { child: apiServer, ca } = await startApiServer()
    const kubeconfigFor = (user: UserName) => {
      const path = join(dir, `${user}.kubeconfig`)
      writeFileSync(path, kubeconfig({ url, ca, token: testUsers[user].token }))
      return path
    }
    const kubeconfigPath = kubeconfigFor('admin')
    launch('kube-controller-manager', controllerManagerFlags(layout, kubeconfigPath))
    return {
      url,
      ca,
      adminToken: testUsers.admin.token,
      kubeconfigPath,
      tokenFor: (user) => testUsers[user].token,
      kubeconfigFor,
      client(user = 'admin') {
        const client = httpsClient(url, { ca, token: testUsers[user].token })
        clients.push(client)
        return client
      },
      async restartApiServer() {
        await apiServer.kill()
        children.splice(children.indexOf(apiServer), 1)
        apiServer = (await startApiServer()).child
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function writeKeys(dir: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(dir, 'service-account.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(join(dir, 'service-account.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(dir, 'tokens.csv'), tokenFile())
}

/** Resolves to the authority's certificate once the API server and all its start-up hooks are ready. */
async function ready(apiServer: Child, url: string, dir: string): Promise<string> {
  const deadline = Date.now() + 60_000
  const client = httpsClient(url, { token: testUsers.admin.token })
  try {
    for (;;) {
      const result = await client.send({ method: 'GET', path: '/readyz' }).catch(() => undefined)
      if (result?.status === 200) break
      if (!apiServer.running) throw new Error(`kube-apiserver ended before it was ready:\n${apiServer.tail()}`)
      if (Date.now() > deadline) throw new Error(`kube-apiserver was not ready within 60 s:\n${apiServer.tail()}`)
      await sleep(50)
    }
  } finally {
    client.close()
  }
  // The self-signed file holds the server's certificate and, after it, the authority's.
  return readFileSync(join(dir, 'certs', 'apiserver.crt'), 'utf8')
}
