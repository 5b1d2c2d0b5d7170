import { apiVersion as serinApi } from '../../api/rollout.ts'
import { KubeError } from '../../kube/errors.ts'
import type { KubeObject, Ref } from '../../kube/types.ts'
import { argoApi, argoHash, deploymentName, ownLabels, routingOf, servicesOf } from '../../migrate/argo.ts'
import { isOwnedBy, type Observed, servingSet, type Translation } from '../../migrate/observed.ts'
import { madeLabel, recordOf, routeKey } from '../../migrate/record.ts'
import { isClusterWide } from '../../migrate/strategy.ts'
import { endpointsOf } from '../../traffic/endpoints.ts'
import type { Cluster } from '../cluster.ts'
import { CliError } from '../exit.ts'
import { notServed } from '../kubeErrors.ts'
import type { Named } from '../read.ts'

/** Reads everything that a migration of that Argo Rollout is about. */
export async function look(
  cluster: Cluster,
  named: Named,
  now: number,
  translate: (argo: KubeObject) => Promise<Translation>,
): Promise<Observed> {
  const { client } = cluster
  const { namespace, name } = named
  const argo = await client.get({ apiVersion: argoApi, kind: 'Rollout', namespace, name })
  if (!argo) throw await missing(cluster, named)
  const translation = marked(await translate(argo), argo)
  const inPlace = (apiVersion: string, kind: string, each: string): Ref => ({ apiVersion, kind, namespace, name: each })
  const { root, others } = servicesOf(argo)
  const record = recordOf(argo)
  const serviceNames = [...new Set([...(root === undefined ? [] : [root]), ...others, ...Object.keys(record?.services ?? {})])]
  const deployment = await client.get(inPlace('apps/v1', 'Deployment', deploymentName(argo)))
  const [allSets, pods, services, routes, scalers, serin, made, endpoints] = await Promise.all([
    client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, { namespace }),
    client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector: argoHash }),
    byKey(serviceNames, (each) => client.get(inPlace('v1', 'Service', each))),
    byKey(routingOf(argo).routes.map(routeKey), (key) => {
      const ref = routingOf(argo).routes.find((each) => routeKey(each) === key)
      return ref ? client.get(ref) : Promise.resolve(undefined)
    }),
    client.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }, { namespace }),
    serinRollout(cluster, inPlace(serinApi, 'Rollout', translation.rollout.metadata.name)),
    Promise.all(translation.others.map(({ apiVersion, kind, metadata }) => client.get(inPlace(apiVersion, kind, metadata.name)))),
    root === undefined
      ? undefined
      : client.list(
          { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
          { namespace, labelSelector: `kubernetes.io/service-name=${root}` },
        ),
  ])
  const sets = allSets.filter((set) => set.metadata.labels?.[argoHash] !== undefined || isOwnedBy(set, argo) || isOwnedBy(set, deployment))
  return {
    now,
    argo,
    translation,
    sets,
    pods,
    deployment,
    services,
    routes,
    scalers,
    serin,
    others: made.filter((object) => object !== undefined),
    ...(endpoints ? { endpoints: endpointsOf(endpoints).ready } : {}),
  }
}

/** The pods of the set that serves: who they are, and how often each was restarted. */
export function podsOf(o: Observed): Map<string, { name: string; restarts: number }> {
  const set = servingSet(o)
  const counts = (pod: KubeObject) =>
    (pod.status as { containerStatuses?: { restartCount?: number }[] } | undefined)?.containerStatuses ?? []
  return new Map(
    o.pods
      .filter((pod) => set && isOwnedBy(pod, set))
      .map((pod) => [
        pod.metadata.uid ?? '',
        { name: pod.metadata.name, restarts: counts(pod).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0) },
      ]),
  )
}

async function byKey(keys: readonly string[], read: (key: string) => Promise<KubeObject | undefined>): Promise<Record<string, KubeObject>> {
  const found = await Promise.all(keys.map(async (key) => [key, await read(key)] as const))
  return Object.fromEntries(found.filter((entry): entry is [string, KubeObject] => entry[1] !== undefined))
}

/** Everything that a migration makes says which Rollout it came from. */
function marked({ rollout, others, findings }: Translation, argo: KubeObject): Translation {
  const mark = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      ...(isClusterWide(object) || argo.metadata.namespace === undefined ? {} : { namespace: argo.metadata.namespace }),
      labels: { ...ownLabels(object), [madeLabel]: argo.metadata.uid ?? '' },
    },
  })
  return { rollout: mark(rollout), others: others.map(mark), findings }
}

async function serinRollout({ client, server }: Cluster, ref: Ref): Promise<KubeObject | undefined> {
  const found = await client.get(ref)
  if (found) return found
  await client.list(ref, { namespace: ref.namespace ?? '' }).catch((error: unknown) => {
    throw error instanceof KubeError && error.notFound ? notServed(server) : error
  })
  return undefined
}

async function missing({ client }: Cluster, { namespace, name }: Named): Promise<CliError> {
  const ours = await client.get({ apiVersion: serinApi, kind: 'Rollout', namespace, name })
  return ours?.metadata.labels?.[madeLabel] === undefined
    ? new CliError(`there is no Rollout ${name} of Argo (rollouts.argoproj.io) in namespace ${namespace}`, [
        `kubectl get rollouts.argoproj.io -n ${namespace} shows what is there; -n chooses the namespace.`,
      ])
    : new CliError(`the migration of Rollout ${name} is finished: the Rollout of Argo is gone, Serin's guards the Deployment`, [
        `serin get ${name} -n ${namespace} shows it.`,
      ])
}
