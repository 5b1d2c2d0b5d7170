import { routers } from './registry.ts'
import type { Capabilities } from './router.ts'

const verify: Record<Capabilities['verify'], string> = {
  conditions: "the route's conditions at its current generation, then the settle time",
  settle: 'the settle time alone',
}
const mirror: Record<Capabilities['mirror'], string> = { no: 'no', yes: 'yes', percent: 'yes, by percent' }

/** The reference page of the routers, as Markdown, made of what each says it can do. Ends with a newline. */
export function routersTable(): string {
  const lines = routers.map(({ group, kind, can }) =>
    row([
      `\`${kind}\``,
      `\`${group}\``,
      yes(can.weights),
      can.matches.join(', ') || 'no',
      mirror[can.mirror],
      yes(can.sticky),
      verify[can.verify],
    ]),
  )
  return [
    '# Routers',
    '',
    'What can carry the weights of a canary, and what else each kind of route can do. A Rollout that asks a route for more is refused before anything moves.',
    '',
    row(['Kind', 'API group', 'Weights', 'Chosen requests', 'Mirror', 'Sticky', 'A weight counts after']),
    row(Array(7).fill('---')),
    ...lines,
    '',
    'Without a route, pods in proportion carry the weight: see `spec.traffic`.',
    '',
  ].join('\n')
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}

function yes(can: boolean): string {
  return can ? 'yes' : 'no'
}
