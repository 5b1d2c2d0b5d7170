import { type Ref, useEffect, useRef, useState } from 'react'
import type { ReleasePage } from '../../../../controller/src/server/dto/release.ts'
import { Button } from '../../parts/Button.tsx'
import { SearchIcon } from '../../parts/icons.tsx'
import { AttentionChip } from '../../parts/Phase.tsx'
import { Select } from '../../parts/Select.tsx'
import { strings } from '../../strings.ts'
import { attentions, isFiltered, phases, type Search, sorts } from './search.ts'

const words = strings.releases

type Facets = ReleasePage['facets']

interface FiltersProps {
  search: Search
  facets: Facets
  onSearch(search: Search): void
  field: Ref<HTMLInputElement>
}

/** Who is needed and for what; a click shows only those. */
export function AttentionStrip({ search, facets, onSearch }: Omit<FiltersProps, 'field'>) {
  const needed = attentions.flatMap((kind) => {
    const count = facets.attention.find(({ value }) => value === kind)?.count ?? 0
    return count > 0 ? [{ kind, count }] : []
  })
  return (
    <section className="releases-strip" aria-label={words.needsYou}>
      <strong>{words.needsYou}</strong>
      {needed.length === 0 ? (
        <span className="muted">{words.nobody}</span>
      ) : (
        <button
          type="button"
          className="releases-needed"
          aria-pressed={search.attention}
          onClick={() => onSearch({ ...search, attention: !search.attention })}
        >
          {needed.map(({ kind, count }) => (
            <span key={kind} className="releases-need">
              <AttentionChip kind={kind} />
              <span className="visually-hidden">{words.attention[kind](count)}</span>
              <span aria-hidden="true">{count}</span>
            </span>
          ))}
        </button>
      )}
    </section>
  )
}

/** What is shown, and in which order; everything of it is part of the address. */
export function Filters({ search, facets, onSearch, field }: FiltersProps) {
  const tallied = (values: Facets['namespace'], chosen: string) => {
    const known = values.some(({ value }) => value === chosen) || chosen === '' ? values : [{ value: chosen, count: 0 }, ...values]
    return [{ value: '', label: words.any }, ...known.map(({ value, count }) => ({ value, label: words.option(value, count) }))]
  }
  const counts = new Map(facets.phase.map(({ value, count }) => [value, count]))
  return (
    <form className="releases-filters" aria-label={words.filters} onSubmit={(event) => event.preventDefault()}>
      <SearchField value={search.q} onChange={(q) => onSearch({ ...search, q })} field={field} />
      <Select
        label={words.phase}
        value={search.phase}
        onChange={(phase) => onSearch({ ...search, phase })}
        options={[
          { value: '', label: words.any },
          ...phases.map((phase) => ({ value: phase, label: words.option(strings.parts.phase[phase], counts.get(phase) ?? 0) })),
        ]}
      />
      <Select
        label={words.namespace}
        value={search.namespace}
        onChange={(namespace) => onSearch({ ...search, namespace })}
        options={tallied(facets.namespace, search.namespace)}
      />
      <Select
        label={words.team}
        value={search.team}
        onChange={(team) => onSearch({ ...search, team })}
        options={tallied(facets.team, search.team)}
      />
      <Select
        label={words.sort}
        value={search.sort}
        onChange={(sort) => onSearch({ ...search, sort })}
        options={sorts.map((sort) => ({ value: sort, label: words.sorts[sort] }))}
      />
      <label className="releases-toggle">
        <input type="checkbox" checked={search.moving} onChange={() => onSearch({ ...search, moving: !search.moving })} />
        {words.moving(facets.moving)}
      </label>
      {isFiltered(search) && (
        <Button onClick={() => onSearch({ ...search, q: '', namespace: '', team: '', phase: '', attention: false, moving: false })}>
          {words.clear}
        </Button>
      )}
    </form>
  )
}

const settleMs = 120

/** Keeps what is being typed, and tells it when the hand rests. */
function SearchField({ value, onChange, field }: { value: string; onChange(value: string): void; field: Ref<HTMLInputElement> }) {
  const [typed, setTyped] = useState(value)
  const told = useRef(value)
  const tell = useRef(onChange)
  tell.current = onChange
  useEffect(() => {
    // The address changed by other means than by this field.
    if (value !== told.current) {
      told.current = value
      setTyped(value)
    }
  }, [value])
  useEffect(() => {
    if (typed === told.current) return
    const timer = setTimeout(() => {
      told.current = typed
      tell.current(typed)
    }, settleMs)
    return () => clearTimeout(timer)
  }, [typed])
  return (
    <label className="field releases-search">
      <span>{words.search}</span>
      <span className="releases-search-box">
        <SearchIcon />
        <input
          ref={field}
          type="search"
          className="field-input"
          placeholder={words.searchHint}
          value={typed}
          maxLength={200}
          onChange={(event) => setTyped(event.target.value)}
        />
      </span>
    </label>
  )
}
