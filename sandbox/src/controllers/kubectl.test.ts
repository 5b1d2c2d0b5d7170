import { expect, test } from 'vitest'
import { kubectlFor } from '../apiserver/testing/kubectl.ts'
import { createSandbox } from '../sandbox.ts'
import { deploymentObject } from './testing/cluster.ts'

test('kubectl rollout says of a Deployment here what it says on any cluster', async () => {
  const sandbox = createSandbox({ images: { 'app:': { startMs: 30 } }, delays: { deployment: 5, replicaSet: 5 } })
  const { url, close } = await sandbox.listen(0)
  const kubectl = await kubectlFor(url)
  const ok = async (...args: string[]) => {
    const { code, stdout, stderr } = await kubectl.run(args)
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
    return stdout
  }
  try {
    const { metadata, ...rest } = deploymentObject('shop')
    await kubectl.run(['create', '-f', '-'], JSON.stringify({ ...rest, metadata }))
    expect(await ok('rollout', 'status', 'deployment/shop')).toContain('deployment "shop" successfully rolled out')
    await ok('set', 'image', 'deployment/shop', 'app=app:v2')
    await ok('annotate', 'deployment/shop', 'kubernetes.io/change-cause=two')
    expect(await ok('rollout', 'status', 'deployment/shop')).toContain('successfully rolled out')
    expect(await ok('rollout', 'history', 'deployment/shop')).toMatch(/1\s+<none>\n2\s+two\n/)
    await ok('rollout', 'pause', 'deployment/shop')
    await ok('scale', 'deployment/shop', '--replicas=3')
    await ok('rollout', 'resume', 'deployment/shop')
    await ok('rollout', 'undo', 'deployment/shop')
    expect(await ok('rollout', 'status', 'deployment/shop')).toContain('successfully rolled out')
    expect(await ok('rollout', 'history', 'deployment/shop')).toMatch(/2\s+two\n3\s+<none>\n/)
    expect(await ok('get', 'deployment', 'shop')).toMatch(/shop\s+3\/3\s+3\s+3/)
    expect(await ok('describe', 'deployment', 'shop')).toMatch(/NewReplicaSet:\s+shop-\S+ \(3\/3 replicas created\)/)
    expect(await ok('get', 'events')).toContain('ScalingReplicaSet')
    expect(await ok('get', 'gatewayclass')).toMatch(/sandbox\s+gateway.sandbox.internal\/controller\s+True/)
  } finally {
    await kubectl.dispose()
    await close()
    sandbox.stop()
    sandbox.server.stop()
  }
}, 60_000)
