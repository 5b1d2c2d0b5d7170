import { describe, it } from 'vitest'
import { embeddedCluster } from '../dsl/embedded.ts'
import { shop } from '../dsl/objects.ts'
import { everyWrite, type Stage, stories } from './stories.ts'

const stage: Stage = {
  open: () => embeddedCluster(Number(process.env.SEED ?? 1)),
  watchEndpoints: (cluster, namespace, tell) =>
    cluster.follow(namespace, ({ object, gone }) => {
      if (object.kind === 'EndpointSlice' && !gone) tell(object)
    }),
}

describe('migration from Argo on the embedded cluster', () => stories(stage))

const words = `migrate argo ${shop} --settle 1s --timeout 20s`

describe('killed at any write and typed again', () => {
  it('it ends the same', { timeout: 240_000 }, () => everyWrite(stage, { autoscaler: true }, words))
  it('it ends the same with workloadRef', { timeout: 240_000 }, () => everyWrite(stage, { referenced: true }, words))
  it('the way back ends the same', { timeout: 240_000 }, () =>
    everyWrite(stage, { autoscaler: true }, `${words} --back`, { prepare: words }),
  )
  it('the way back ends the same with workloadRef', { timeout: 240_000 }, () =>
    everyWrite(stage, { referenced: true }, `${words} --back`, { prepare: words }),
  )
})
