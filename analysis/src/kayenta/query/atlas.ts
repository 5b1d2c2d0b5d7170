import { badQuery, type KnownScope, type QueryWriter, requiredField, requiredScope } from './scope.ts'

/** The stack expression followed by the scope's: by cluster (the default), auto-scaling group, or a query of its own. */
export const atlas: QueryWriter = ({ query, scope }) => `${requiredField(query, 'q')},${scopeExpression(scope)}`

function scopeExpression(scope: KnownScope): string {
  const name = requiredScope(scope)
  const type = scope.extendedScopeParams.type ?? 'cluster'
  switch (type) {
    case 'cluster':
      return `:list,(,nf.cluster,${name},:eq,:cq,),:each`
    case 'asg':
      return `:list,(,nf.asg,${name},:eq,:cq,),:each`
    case 'query':
      return `:list,(,${name},:cq,),:each`
    default:
      throw badQuery(`The scope type is ${type}; write cluster, asg or query.`)
  }
}
