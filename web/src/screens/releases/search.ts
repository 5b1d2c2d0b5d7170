import type { Attention, Release } from '../../../../controller/src/server/dto/release.ts'

export const phases = ['Degraded', 'Paused', 'Progressing', 'Healthy', 'Unknown'] as const satisfies readonly Release['phase'][]
export const sorts = ['attention', 'name', 'since'] as const
export const attentions = [
  'Failed',
  'RolledBack',
  'Stuck',
  'NoData',
  'Approval',
  'Decision',
  'Paused',
] as const satisfies readonly Attention['kind'][]

/** What is looked for: part of the address. */
export interface Search {
  q: string
  namespace: string
  team: string
  phase: Release['phase'] | ''
  attention: boolean
  moving: boolean
  sort: (typeof sorts)[number]
}

export const everything: Search = { q: '', namespace: '', team: '', phase: '', attention: false, moving: false, sort: 'attention' }

/** Reads an address that anybody may have written: what makes no sense counts for nothing. */
export function searchOf(raw: Readonly<Record<string, unknown>>): Search {
  const text = (key: string) => (typeof raw[key] === 'string' || typeof raw[key] === 'number' ? String(raw[key]).slice(0, 200) : '')
  const yes = (key: string) => raw[key] === true || raw[key] === 'true'
  return {
    q: text('q'),
    namespace: text('namespace'),
    team: text('team'),
    phase: phases.find((phase) => phase === raw.phase) ?? '',
    attention: yes('attention'),
    moving: yes('moving'),
    sort: sorts.find((sort) => sort === raw.sort) ?? 'attention',
  }
}

/** The same for the address: what is as it is anyhow is left out. */
export function addressOf(search: Search): Record<string, string | boolean | undefined> {
  return {
    q: search.q || undefined,
    namespace: search.namespace || undefined,
    team: search.team || undefined,
    phase: search.phase || undefined,
    attention: search.attention || undefined,
    moving: search.moving || undefined,
    sort: search.sort === 'attention' ? undefined : search.sort,
  }
}

export const isFiltered = (search: Search): boolean =>
  Object.entries(addressOf(search)).some(([key, value]) => key !== 'sort' && value !== undefined)
