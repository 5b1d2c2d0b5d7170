import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { shop } from '../dsl/objects.ts'
import { install, realCluster } from '../dsl/real.ts'
import { everyWrite, type Stage, stories } from '../migrate/stories.ts'
import { follow } from './follow.ts'
import type {} from './globalSetup.ts'
import { httpsClient } from './httpsClient.ts'
import { credentialsOf } from './kubeconfig.ts'

const kubeconfigs = inject('kubeconfigs')
const { url, ...credentials } = credentialsOf(kubeconfigs.admin)
const admin = httpsClient(url, credentials)

const stage: Stage = {
  open: () => realCluster({ kubeconfigs, seed: Number(process.env.SEED ?? 1) }),
  async watchEndpoints(_, namespace, tell) {
    const followed = follow(admin, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, { is: tell, gone: tell })
    await followed.synced
    return () => followed.stop()
  },
}

beforeAll(() => install(kubeconfigs.admin))
afterAll(() => admin.close())

/** The stories of the embedded cluster, with the native controllers themselves. */
describe('migration from Argo on a real control plane', { timeout: 120_000 }, () => stories(stage))

/** Each in namespaces of its own, most of the time waiting. */
describe.concurrent('killed at a write and typed again, it ends the same', { timeout: 240_000 }, () => {
  const words = `migrate argo ${shop} --settle 1s --timeout 20s`
  it('with a route and an autoscaler', () => everyWrite(stage, { autoscaler: true }, words, { stride: 4 }))
  it('with workloadRef', () => everyWrite(stage, { referenced: true }, words, { stride: 5 }))
  it('on the way back', () => everyWrite(stage, { referenced: true }, `${words} --back`, { prepare: words, stride: 6 }))
})
