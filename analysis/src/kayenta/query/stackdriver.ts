import { badQuery, field, instead, type KnownScope, parameters, type QueryWriter, requiredField, requiredScope } from './scope.ts'
import { expandCustomFilter } from './template.ts'

const clusterLabels = ['location', 'node_name', 'cluster_name', 'pod_name', 'container_name', 'namespace_name']
const containerLabels = ['cluster_name', 'namespace_id', 'instance_id', 'pod_id', 'container_name', 'zone']
const USER_LABELS = 'user_labels.'

/** A monitoring filter: metric and resource type, and the custom filter or the resource type's own conditions. */
export const stackdriver: QueryWriter = (input) => {
  const { query, account } = input
  const scope = { ...input.scope, project: input.scope.project || (account.project ?? undefined) }
  const custom = expandCustomFilter(input, ['project', 'resourceType', 'scope', 'location'])
  const written = field(query, 'resourceType')?.trim()
  const resourceType = written ? written : scope.resourceType
  if (!resourceType) throw badQuery('The query has no resourceType; write one, such as k8s_container.')
  const conditions = custom ? [custom] : builtIn(resourceType, scope)
  return [`metric.type="${requiredField(query, 'metricType')}"`, `resource.type=${resourceType}`, ...conditions].join(' AND ')
}

function builtIn(resourceType: string, scope: KnownScope): string[] {
  switch (resourceType) {
    case 'gce_instance':
      return [
        `project=${requiredProject(scope)}`,
        `metadata.user_labels."spinnaker-region"=${requiredLocation(scope)}`,
        `metadata.user_labels."spinnaker-server-group"=${requiredScope(scope)}`,
      ]
    case 'aws_ec2_instance':
      return [
        `resource.labels.region="aws:${requiredLocation(scope)}"`,
        `metadata.user_labels."aws:autoscaling:groupname"=${requiredScope(scope)}`,
      ]
    case 'gae_app': {
      const service = scope.extendedScopeParams.service
      const version = [`project=${requiredProject(scope)}`, `resource.labels.version_id=${requiredScope(scope)}`]
      return service === undefined ? version : [...version, `resource.labels.module_id=${service}`]
    }
    case 'k8s_container':
    case 'k8s_pod':
    case 'k8s_node':
      return [`project=${requiredProject(scope)}`, ...labels(scope, clusterLabels)]
    case 'gke_container':
      return [`project=${requiredProject(scope)}`, ...labels(scope, containerLabels)]
    case 'global':
      return []
    default:
      throw badQuery(`The resource type ${resourceType} has no built-in filter; write customFilterTemplate or customInlineTemplate.`)
  }
}

function labels(scope: KnownScope, known: readonly string[]): string[] {
  const params = new Map(parameters(scope))
  const resource = known.filter((label) => params.has(label)).map((label) => `resource.labels.${label}=${params.get(label)}`)
  const user = [...params].filter(([key]) => key.startsWith(USER_LABELS))
  return [...resource, ...user.map(([key, value]) => `metadata.user_labels."${key.slice(USER_LABELS.length)}"="${value}"`)]
}

function requiredProject(scope: KnownScope): string {
  if (!scope.project) throw badQuery(`The scope has no project; write one.${instead(scope)}`)
  return scope.project
}

function requiredLocation(scope: KnownScope): string {
  if (!scope.location) throw badQuery(`The scope has no location; write its region.${instead(scope)}`)
  return scope.location
}
