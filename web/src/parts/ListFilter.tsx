import { Select } from './Select.tsx'
import './Field.css'
import './Live.css'

export interface ListFilterProps<State extends string> {
  words: { filter: string; show: string; all: string; counted(shown: number, all: number): string }
  q: string
  onQ(q: string): void
  /** The states that one can choose from, with how many there are of each. */
  states: readonly { value: State; text: string; count: number }[]
  /** Only those; absent: all. */
  state: State | undefined
  onState(state: State | undefined): void
  shown: number
  all: number
  /** Of the line that says how many are shown. */
  className: string
}

/** Above a list: words that are looked for, one of its states, and how many that leaves. */
export function ListFilter<State extends string>(props: ListFilterProps<State>) {
  const { words, q, onQ, states, state, onState, shown, all, className } = props
  return (
    <>
      <label className="field field-inline">
        <span className="visually-hidden">{words.filter}</span>
        <input className="field-input" type="search" placeholder={words.filter} value={q} onChange={({ target }) => onQ(target.value)} />
      </label>
      <Select<State | 'all'>
        label={words.show}
        labelHidden
        value={state ?? 'all'}
        options={[
          { value: 'all', label: `${words.all} (${all})` },
          ...states.map(({ value, text, count }) => ({ value, label: `${text} (${count})` })),
        ]}
        onChange={(chosen) => onState(chosen === 'all' ? undefined : (chosen as State))}
      />
      <span className={className} role="status">
        {words.counted(shown, all)}
      </span>
    </>
  )
}
