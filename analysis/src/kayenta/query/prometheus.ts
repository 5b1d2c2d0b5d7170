import { badQuery, field, instead, type KnownScope, listField, type QueryInput, type QueryWriter, requiredField } from './scope.ts'
import { expandCustomFilter } from './template.ts'

const VERBATIM = 'PromQL:'

/** An average over series picked by filters, or a whole expression where the template begins with `PromQL:`. */
export const prometheus: QueryWriter = (input) => {
  const custom = expandCustomFilter(input, ['project', 'resourceType', 'scope', 'location'])
  if (custom?.startsWith(VERBATIM)) return custom.slice(VERBATIM.length)
  const metric = requiredField(input.query, 'metricName')
  const filters = custom ? [...tokens(custom), ...listField(input.query, 'labelBindings')] : builtInFilters(input)
  const selector = filters.length === 0 ? '' : `{${filters.join(',')}}`
  const groups = listField(input.query, 'groupByFields')
  return `avg(${metric}${selector})${groups.length === 0 ? '' : ` by (${groups.join(',')})`}`
}

/** Split on commas as Kayenta does, also inside quotes, which joining undoes; empty ends are dropped. */
function tokens(filter: string): string[] {
  const parts = filter.split(',')
  while (parts.length > 0 && parts[parts.length - 1] === '') parts.pop()
  return parts
}

function builtInFilters({ query, scope, account }: QueryInput): string[] {
  const bindings = listField(query, 'labelBindings')
  const written = field(query, 'resourceType')?.trim()
  const resourceType = written ? written : scope.resourceType
  switch (resourceType) {
    case 'gce_instance': {
      const location = requiredLocation(scope, resourceType)
      const project = scope.project ? `projects/${scope.project}/` : ''
      const name = scope.scope ? [`${account.scopeLabel ?? 'instance'}=~"${scope.scope}-.{4}"`] : []
      return [...bindings, ...name, `zone=~".+/${project}zones/${location}-.{1}"`]
    }
    case 'aws_ec2_instance': {
      const location = requiredLocation(scope, resourceType)
      const name = scope.scope ? [`asg_groupName="${scope.scope}"`] : []
      return [...bindings, ...name, `zone=~"${location}.{1}"`]
    }
    case undefined:
    case '':
      throw badQuery('The query has neither a resourceType nor a custom filter; write customFilterTemplate or customInlineTemplate.')
    default:
      throw badQuery(`The resource type ${resourceType} has no built-in filter; write customFilterTemplate or customInlineTemplate.`)
  }
}

function requiredLocation(scope: KnownScope, resourceType: string): string {
  if (!scope.location) throw badQuery(`The scope has no location, which ${resourceType} needs; write its region.${instead(scope)}`)
  return scope.location
}
