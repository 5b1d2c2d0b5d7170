import type { Instant } from '../../clock.ts'
import type { Look } from '../io.ts'
import type { Snapshot } from '../read.ts'
import type { Tone } from './paint.ts'
import { podWords } from './pod.ts'
import { type Cell, table } from './table.ts'
import { age } from './time.ts'
import { availableOf, type Role, type VersionView, versionsOf, wantedOf } from './versions.ts'
import { phaseTone, plural, shortImage } from './words.ts'

/** More pods of one version than this are only counted: a tree is for reading. */
const podsShown = 20

const roleTones: Record<Role, Tone> = {
  stable: 'good',
  canary: 'busy',
  preview: 'busy',
  baseline: 'good',
  kept: 'held',
  refused: 'bad',
  old: 'dim',
}

interface Node {
  cells: [name: string, status: Cell, pods: string, age: string, info: Cell]
  children: Node[]
}

/** Rollout -> versions -> ReplicaSets -> pods, as a table with branches drawn in its first column. */
export function tree(look: Look, snapshot: Snapshot, now: Instant): string[] {
  const { rollout } = snapshot
  const { shown, hidden } = versionsOf(snapshot)
  const phase = rollout.status?.phase ?? 'Unknown'
  const root: Node = {
    cells: [
      `Rollout ${rollout.metadata.name}`,
      { text: phase, tone: phaseTone(phase) },
      '',
      age(rollout.metadata.creationTimestamp, now),
      '',
    ],
    children: shown.map((view) => versionNode(view, now)),
  }
  const rows = [...draw(look, root)]
  const lines = table(look, ['NAME', 'STATUS', 'PODS', 'AGE', 'INFO'], rows)
  return hidden > 0 ? [...lines, `${plural(hidden, 'older version')} without pods not shown`] : lines
}

function versionNode(view: VersionView, now: Instant): Node {
  const set = view.set
  const tone = roleTones[view.role]
  const info = { text: view.images.map(shortImage).join(', '), tone: 'plain' as const }
  const node: Node = { cells: [`version ${view.hash}`, { text: view.role, tone }, '', '', info], children: [] }
  if (!set) return node
  const wanted = wantedOf(set)
  const available = availableOf(set)
  const state: Cell =
    wanted === 0
      ? { text: 'scaled down', tone: 'dim' }
      : available >= wanted
        ? { text: 'available', tone: 'good' }
        : { text: 'starting', tone: 'busy' }
  const pods = [...view.pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  const children = pods.slice(0, podsShown).map((pod): Node => {
    const words = podWords(pod)
    return {
      cells: [
        `Pod ${pod.metadata.name}`,
        { text: words.status, tone: words.tone },
        words.ready,
        age(pod.metadata.creationTimestamp, now),
        words.info,
      ],
      children: [],
    }
  })
  if (pods.length > podsShown) children.push({ cells: [plural(pods.length - podsShown, 'more pod'), '', '', '', ''], children: [] })
  node.children.push({
    cells: [`ReplicaSet ${set.metadata.name}`, state, `${available}/${wanted}`, age(set.metadata.creationTimestamp, now), ''],
    children,
  })
  return node
}

function* draw(look: Look, node: Node, mine = '', below = ''): Generator<Cell[]> {
  const [name, ...rest] = node.cells
  yield [mine + name, ...rest]
  const [branch, last, through] = look.unicode ? ['├─ ', '└─ ', '│  '] : ['|- ', '`- ', '|  ']
  for (const [index, child] of node.children.entries()) {
    const ends = index === node.children.length - 1
    yield* draw(look, child, below + (ends ? last : branch), below + (ends ? '   ' : through))
  }
}
