import type { Json } from '../../cluster/apiClient.ts'
import { imageOf, shop } from '../objects.ts'
import { controllerOf, deploymentOf, readyBehind, setOf, setsOf, versionOfTemplate } from '../sight.ts'
import { Unexpected, type World } from '../world.ts'

/** Looks for what `kubectl rollout status` waits for; undefined when it would say "successfully rolled out". */
export function deploymentComplete(world: World, name = shop): () => Promise<string | undefined> {
  return async () => {
    const deployment = await deploymentOf(world, name)
    if (!deployment) return 'no Deployment'
    const { metadata, spec, status = {} } = deployment
    const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
    const done =
      observedGeneration >= metadata.generation &&
      updatedReplicas === spec.replicas &&
      replicas === spec.replicas &&
      availableReplicas === spec.replicas
    return done ? undefined : JSON.stringify({ generation: metadata.generation, wanted: spec.replicas, ...status, conditions: undefined })
  }
}

/** What holds of the Deployment, its sets and its pods. */
export function workloadThen(world: World) {
  const deployment = async (): Promise<Json> =>
    (await deploymentOf(world)) ?? { metadata: {}, spec: { template: { spec: { containers: [{ image: '' }] } } } }
  const ownedByDeployment = async (version: string): Promise<string | undefined> => {
    const set = await setOf(world, version)
    const owner = set && controllerOf(set)
    return owner?.kind === 'Deployment' ? undefined : `ReplicaSet of ${version} belongs to ${owner?.kind ?? 'nobody'}`
  }
  return {
    /** Its template is that of the version, and the native controller does not roll it out. */
    async deploymentIsHeld(version?: string) {
      await world.expect(`the Deployment to be held${version ? ` with ${version}` : ''}`, async () => {
        const { spec } = await deployment()
        const shown = versionOfTemplate(spec.template)
        if (version !== undefined && shown !== version) return `its template is ${shown}`
        return spec.paused === true ? undefined : 'it is not held'
      })
    },
    async deploymentIsNotHeld() {
      await world.expect('the Deployment not to be held', async () => ((await deployment()).spec.paused ? 'it is held' : undefined))
    },
    async deploymentIsManaged(by: string = shop) {
      await world.expect(`the Deployment to be managed by ${by}`, async () => {
        const label = (await deployment()).metadata.labels?.['serin.dev/managed']
        return label === by ? undefined : `the label says ${label}`
      })
    },
    async deploymentIsNotManaged() {
      await world.expect('the Deployment to be managed by nobody', async () => {
        const label = (await deployment()).metadata.labels?.['serin.dev/managed']
        return label === undefined ? undefined : `the label says ${label}`
      })
    },
    /** Available pods of a version. */
    async hasPods(version: string, count: number) {
      await world.expect(`${count} available pods of ${version}`, async () => {
        const set = await setOf(world, version)
        const { replicas = 0, availableReplicas = 0 } = set?.status ?? {}
        return set?.spec.replicas === count && availableReplicas === count && replicas === count
          ? undefined
          : `wanted ${set?.spec.replicas}, there ${replicas}, available ${availableReplicas}`
      })
    },
    async hasNoPods(version: string) {
      await world.expect(`no pod of ${version}`, async () => {
        const left = world.pods.all().filter((pod) => pod.version === version && !pod.gone)
        return left.length === 0 ? undefined : `${left.length} pods`
      })
    },
    async canaryBelongsToRollout(version: string) {
      await world.expect(`the set of ${version} to belong to the Rollout`, async () => {
        const set = await setOf(world, version)
        const owner = set && controllerOf(set)
        return owner?.kind === 'Rollout' ? undefined : `it belongs to ${owner?.kind ?? 'nobody'}`
      })
    },
    async belongsToDeployment(version: string) {
      await world.expect(`the set of ${version} to belong to the Deployment`, () => ownedByDeployment(version))
    },
    /** As if the native controller had rolled it out: one set, its own, nothing paused, `kubectl rollout status` says yes. */
    async isOrdinaryDeployment({ revision, version }: { revision?: number; version: string }) {
      await world.expect(
        `an ordinary Deployment of ${version}${revision === undefined ? '' : ` at revision ${revision}`}`,
        async () => {
          const { metadata, spec } = await deployment()
          const shown = versionOfTemplate(spec.template)
          if (shown !== version) return `its template is ${shown}`
          if (spec.paused) return 'it is paused'
          const incomplete = await deploymentComplete(world)()
          if (incomplete) return `not rolled out: ${incomplete}`
          const at = metadata.annotations?.['deployment.kubernetes.io/revision']
          if (revision !== undefined && at !== String(revision)) return `it is at revision ${at}`
          const set = await setOf(world, version)
          const ofSet = set?.metadata.annotations?.['deployment.kubernetes.io/revision']
          if (revision !== undefined && ofSet !== String(revision)) return `its set is at revision ${ofSet}`
          return ownedByDeployment(version)
        },
        30_000,
      )
    },
    /** All the Deployment's sets are its own, and no label of ours is on them. */
    async setsAreOrdinaryHistory() {
      await world.expect('every set to be ordinary history', async () => {
        for (const set of await setsOf(world)) {
          const { name, labels = {}, ownerReferences = [] } = set.metadata
          if (controllerOf(set)?.kind !== 'Deployment') return `${name} belongs to ${controllerOf(set)?.kind}`
          if (ownerReferences.length !== 1) return `${name} has ${ownerReferences.length} owner references`
          if (set.spec.replicas === 0 && labels['serin.dev/rollout'] !== undefined) return `${name} carries our label`
        }
        return undefined
      })
    },
    async noSetNamesARollout() {
      await world.expect('no set to name a Rollout', async () => {
        const named = (await setsOf(world)).filter(({ metadata }) => metadata.labels?.['serin.dev/rollout'] !== undefined)
        return named.length === 0 ? undefined : `${named.map(({ metadata }) => metadata.name).join(' and ')} do`
      })
    },
    /** One set each, whatever happened. */
    async hasSets(count: number) {
      await world.expect(`${count} ReplicaSets`, async () => {
        const sets = await setsOf(world)
        return sets.length === count ? undefined : sets.map(({ metadata, spec }) => `${metadata.name} (${spec.replicas})`).join(', ')
      })
    },
    /** Every pod of the version that ever was is there still, and never restarted. */
    async noPodRestarted(version: string) {
      await world.expect(`no pod of ${version} to have been replaced`, async () => {
        const pods = world.pods.all().filter((pod) => pod.version === version)
        const lost = pods.filter(({ gone, restarts }) => gone || restarts > 0)
        if (pods.length === 0) return 'there never was one'
        return lost.length === 0 ? undefined : `${lost.length} of ${pods.length} were`
      })
    },
    /** These pods, by name, are there still, and never restarted; others may have come and gone. */
    async podsStayed(names: readonly string[]) {
      await world.expect(`${names.length} pods to have stayed`, async () => {
        const lost = world.pods.all().filter((pod) => names.includes(pod.name) && (pod.gone || pod.restarts > 0))
        if (names.length === 0) return 'there was none to begin with'
        return lost.length === 0 ? undefined : `${lost.map(({ name }) => name).join(', ')} did not`
      })
    },
    /** So many pods of the version were ever made. */
    async everHadPods(version: string, count: number) {
      await world.expect(`${count} pods of ${version} ever`, async () => {
        const pods = world.pods.all().filter((pod) => pod.version === version)
        return pods.length === count ? undefined : `${pods.length}`
      })
    },
    async templateIs(version: string) {
      await world.expect(`the template to be ${version}`, async () => {
        const image = (await deployment()).spec.template.spec.containers[0].image
        return image === imageOf(version) ? undefined : image
      })
    },
    async namespaceIsGone() {
      await world.expect(
        'the namespace to be gone',
        async () => ((await world.api.get('Namespace', world.namespace)) ? 'it is there' : undefined),
        60_000,
      )
    },
  }
}

/** As long as the native rolling update takes, the Service has ready pods at every look; from the first one on, where it was pinned to dead pods before. */
export async function rolledOutUnderService(world: World): Promise<void> {
  const complete = deploymentComplete(world)
  const ready: boolean[] = []
  await world.expect('the native rolling update to finish', async () => {
    ready.push((await readyBehind(world, shop)).length > 0)
    return complete()
  })
  if (ready.slice(ready.indexOf(true)).includes(false)) throw new Unexpected(`Service ${shop} had no ready endpoint for a time`)
}
