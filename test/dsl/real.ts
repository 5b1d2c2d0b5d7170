import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../../controller/src/clock.ts'
import { loadKubeConfig } from '../../controller/src/kube/kubeconfig.ts'
import { undiciTransport } from '../../controller/src/kube/transport.ts'
import type { Transport } from '../../controller/src/kube/types.ts'
import type { Json } from '../cluster/apiClient.ts'
import { follow } from '../cluster/follow.ts'
import { served } from '../cluster/gatewayApi.ts'
import { httpsClient } from '../cluster/httpsClient.ts'
import { credentialsOf } from '../cluster/kubeconfig.ts'
import type { UserName } from '../cluster/users.ts'
import { apiOver, type KindName, pathOfAll } from './api.ts'
import type { Cluster } from './cluster.ts'
import { analysisBinding, definitions, installation, systemNamespace, unguardedLabel } from './install.ts'
import { networkOf } from './sources.ts'

export interface RealOptions {
  /** Kubeconfig files by user. */
  kubeconfigs: Record<UserName, string>
  seed: number
  /** What only those can do who started the cluster. */
  restartApiServer?: () => Promise<void>
  gateway?: Cluster['gateway']
}

const pollMs = 50
const followed: KindName[] = ['Rollout', 'Pod', 'HTTPRoute']
/** Everything but the scenario's own timers is slower here than in one process. */
const patience = 3
let namespaces = 0

/** A cluster of real processes, reached over sockets. Several scenarios may run on it at once, each in a namespace of its own. */
export function realCluster({ kubeconfigs, seed, restartApiServer, gateway }: RealOptions): Cluster {
  const open = new Set<Transport>()
  const { url, ...credentials } = credentialsOf(kubeconfigs.admin)
  const admin = httpsClient(url, credentials)
  const transportFor = (user: UserName): Transport => {
    const transport = undiciTransport(loadKubeConfig({ path: kubeconfigs[user] }), { clock: systemClock, userAgent: user })
    open.add(transport)
    return transport
  }
  const api = apiOver(transportFor('admin'), 'default')
  const own = (): never => {
    throw new Error('this cluster is not ours to restart: mark the scenario with alone')
  }
  return {
    name: 'real',
    seed,
    clock: systemClock,
    transportFor,
    async newNamespace({ guarded }) {
      const name = `scenario-${process.pid}-${++namespaces}`
      await api.create({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, ...(guarded ? {} : { labels: { [unguardedLabel]: '' } }) },
      })
      await api.create(analysisBinding(name))
      return name
    },
    async leave(namespace) {
      const mine = apiOver(transportFor('admin'), namespace)
      // Whatever killed controllers left unfinished must not keep the namespace.
      for (const { metadata } of await mine.list('Rollout'))
        if (metadata.finalizers?.length) await mine.patch('Rollout', metadata.name, 'merge', { metadata: { finalizers: null } })
      await mine.delete('Namespace', namespace)
    },
    async pass(ms) {
      await sleep(ms)
    },
    async until(ask, atMost) {
      const end = Date.now() + atMost * patience
      for (;;) {
        const answer = await ask()
        if (answer === undefined || Date.now() >= end) return answer
        await sleep(pollMs)
      }
    },
    async follow(namespace, tell) {
      const all = followed.map((kind) =>
        follow(admin, pathOfAll(kind, namespace), {
          is: (object) => tell({ object: { ...object, kind }, gone: false }),
          gone: (object) => tell({ object: { ...object, kind }, gone: true }),
        }),
      )
      await Promise.all(all.map(({ synced }) => synced))
      return async () => {
        await Promise.all(all.map((one) => one.stop()))
      }
    },
    network: networkOf(),
    restartApiServer: restartApiServer ?? own,
    gateway: gateway ?? own,
    async stop() {
      await Promise.all([...open].map((transport) => transport.close()))
      admin.close()
    },
  }
}

/** Puts kinds, policies and rights into a cluster, and waits until they are in force. Safe to run twice. */
export async function install(kubeconfig: string): Promise<void> {
  const { url, ...credentials } = credentialsOf(kubeconfig)
  const admin = httpsClient(url, credentials)
  const transport = undiciTransport(loadKubeConfig({ path: kubeconfig }), { clock: systemClock })
  const api = apiOver(transport, 'default')
  const put = (object: Json) => api.apply(object, { manager: 'install', force: true })
  try {
    for (const definition of definitions()) {
      await put(definition)
      await served(admin, definition)
    }
    for (const object of installation()) await put(object)
    const probe = {
      apiVersion: 'serin.dev/v1alpha1',
      kind: 'RolloutCommand',
      metadata: { name: 'probe', namespace: systemNamespace },
      spec: { rollout: 'probe', action: 'promote' },
    }
    // A policy acts a moment after it is written.
    for (let attempt = 1; ; attempt++) {
      const stamped = await api.create(probe, { dryRun: true }).catch(() => undefined)
      if (stamped?.spec.requestedBy?.username) break
      if (attempt === 300) throw new Error('the admission policies do not come into force')
      await sleep(100)
    }
    await sleep(1_000)
  } finally {
    admin.close()
    await transport.close()
  }
}
