import type { Cluster, Clusters, Target } from '../cluster.ts'
import { flagsOf } from '../commonFlags.ts'
import { formats } from '../output.ts'
import { hashOf, readSnapshot } from '../read.ts'
import type { Verb } from '../verb.ts'
import { analysisNames, rolloutNames, runNumbers, setNames, templateNames, type Word } from './names.ts'

/** What may stand at the cursor. `files`: the shell offers file names. */
export type Candidates = { words: { word: string; about?: string }[] } | 'files'

export interface Asked {
  verbs: readonly Verb[]
  clusters: Clusters
  /** The words typed so far, without the program's name; the last one is being typed and may be empty. */
  words: readonly string[]
}

const none: Candidates = { words: [] }

/** Candidates for the last word, those that begin with it. Throws what the cluster throws. */
export async function candidates({ verbs, clusters, words }: Asked): Promise<Candidates> {
  const typing = words.at(-1) ?? ''
  const shown = verbs.filter(({ hidden }) => !hidden)
  const verb = shown.find(({ name }) => name === words[0])
  if (words.length <= 1)
    return starting(typing, [...shown.map(({ name, about }) => ({ word: name, about })), { word: 'help', about: 'help for a verb' }])
  if (words[0] === 'help')
    return starting(
      typing,
      shown.map(({ name, about }) => ({ word: name, about })),
    )
  if (!verb) return none
  const before = parse(verb, words.slice(1, -1))
  const [flag, value] =
    typing.startsWith('--') && typing.includes('=') ? [typing.slice(0, typing.indexOf('=')), typing.slice(typing.indexOf('=') + 1)] : []
  if (flag !== undefined && value !== undefined) {
    const found = await values(flag, value, verb, before, clusters)
    return found === 'files' ? 'files' : { words: found.words.map(({ word, ...rest }) => ({ word: `${flag}=${word}`, ...rest })) }
  }
  if (before.open !== undefined) return values(before.open, typing, verb, before, clusters)
  if (typing.startsWith('-')) return starting(typing, flagWords(verb))
  if (!verb.argument || before.positional.length > 0) return none
  if (verb.argument.choices)
    return starting(
      typing,
      verb.argument.choices.map((word) => ({ word })),
    )
  const { analyses } = verb.argument
  return withCluster(clusters, before.target, async (cluster) => {
    const namespace = before.namespace ?? cluster.namespace
    if (!analyses) return starting(typing, await rolloutNames(cluster, namespace))
    return starting(typing, [
      ...(await rolloutNames(cluster, namespace)),
      ...(await analysisNames(cluster, namespace, 'sar/').catch(() => [])),
    ])
  })
}

interface Typed {
  positional: string[]
  target: Target
  namespace: string | undefined
  /** The flag whose value comes next. */
  open: string | undefined
}

function parse(verb: Verb, words: readonly string[]): Typed {
  const typed: Typed = { positional: [], target: {}, namespace: undefined, open: undefined }
  const take = (flag: string, value: string) => {
    const long = spellings(verb).get(flag)
    if (long === '--namespace') typed.namespace = value
    if (long === '--context') typed.target.context = value
    if (long === '--kubeconfig') typed.target.kubeconfig = value
  }
  for (const word of words) {
    if (typed.open !== undefined) {
      take(typed.open, word)
      typed.open = undefined
    } else if (word.startsWith('--') && word.includes('=')) take(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1))
    else if (word.startsWith('-')) typed.open = spellings(verb).has(word) ? word : undefined
    else typed.positional.push(word)
  }
  return typed
}

/** Spellings of the flags that take a value, with the long one of each. */
function spellings(verb: Verb): Map<string, string> {
  const found = new Map<string, string>()
  for (const { flags } of flagsOf(verb)) {
    if (!flags.includes('<')) continue
    const names = flags.replace(/ <.*$/, '').split(', ')
    for (const name of names) found.set(name, names.at(-1) ?? name)
  }
  return found
}

function flagWords(verb: Verb): { word: string; about: string }[] {
  const flags = flagsOf(verb).flatMap(({ flags, about }) =>
    flags
      .replace(/ <.*$/, '')
      .split(', ')
      .map((word) => ({ word, about })),
  )
  return [...flags, { word: '--help', about: 'help for this verb' }]
}

async function values(flag: string, typing: string, verb: Verb, typed: Typed, clusters: Clusters): Promise<Candidates> {
  const long = spellings(verb).get(flag)
  const choices = flagsOf(verb).find(({ flags }) => long !== undefined && flags.includes(`${long} `))?.choices
  if (choices)
    return starting(
      typing,
      choices.map((word) => ({ word })),
    )
  const named = (names: (cluster: Cluster, namespace: string) => Promise<Word[]>) =>
    withCluster(clusters, typed.target, async (cluster) => starting(typing, await names(cluster, typed.namespace ?? cluster.namespace)))
  switch (long) {
    case '--template':
      return named(templateNames)
    case '--rollout':
      return named(rolloutNames)
    case '--follow':
      return named(analysisNames)
    case '--canary':
    case '--baseline':
      return named(setNames)
    case '--run':
      return named((cluster, namespace) => runNumbers(cluster, namespace, typed.positional[0] ?? ''))
    case '--output':
      if (verb.scope === 'named') return 'files'
      return starting(
        typing,
        formats.map((word) => ({ word })),
      )
    case '--context':
      return starting(
        typing,
        (await clusters.contexts(typed.target)).map((word) => ({ word })),
      )
    case '--namespace':
      return withCluster(clusters, typed.target, async (cluster) => {
        const found = await cluster.client.list({ apiVersion: 'v1', kind: 'Namespace' })
        return starting(
          typing,
          found.map(({ metadata }) => ({ word: metadata.name })),
        )
      })
    case '--to':
      return withCluster(clusters, typed.target, async (cluster) => {
        const name = typed.positional[0]
        if (name === undefined) return none
        const { sets } = await readSnapshot(cluster, { namespace: typed.namespace ?? cluster.namespace, name })
        return starting(
          typing,
          sets.map((set) => ({ word: hashOf(set) })),
        )
      })
    case '--filename':
    case '--plan':
    case '--config':
    case '--save':
    case '--kubeconfig':
      return 'files'
    default:
      return none
  }
}

async function withCluster(clusters: Clusters, target: Target, ask: (cluster: Cluster) => Promise<Candidates>): Promise<Candidates> {
  const cluster = await clusters.connect(target)
  try {
    return await ask(cluster)
  } finally {
    await cluster.close()
  }
}

function starting(typing: string, words: { word: string; about?: string }[]): Candidates {
  return { words: words.filter(({ word }) => word.startsWith(typing)) }
}
