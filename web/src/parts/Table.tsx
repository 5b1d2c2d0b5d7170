import { type ReactNode, useMemo, useState } from 'react'
import { DownIcon, UpIcon } from './icons.tsx'
import './Table.css'
import './Live.css'

export interface Column<Row> {
  id: string
  title: ReactNode
  cell(row: Row): ReactNode
  /** Its cells name the row. */
  header?: boolean
  /** For numbers. */
  align?: 'start' | 'end'
  /** Can be sorted by it: less than zero when the first comes first. */
  compare?(one: Row, other: Row): number
}

export interface Sorting {
  column: string
  down: boolean
}

export interface TableProps<Row> {
  caption: string
  /** The caption is only for screen readers: a heading right above says the same. */
  captionHidden?: boolean
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey(row: Row): string
  /** How it is sorted at first; without it in the order of `rows`. */
  sorting?: Sorting
  className?: string
}

/** A real table with a caption; headers of columns that can be sorted by are buttons. */
export function Table<Row>({ caption, captionHidden = false, columns, rows, rowKey, sorting: first, className = '' }: TableProps<Row>) {
  const [sorting, setSorting] = useState(first)
  const sorted = useMemo(() => {
    const compare = columns.find(({ id }) => id === sorting?.column)?.compare
    return compare ? rows.toSorted((one, other) => (sorting?.down ? compare(other, one) : compare(one, other))) : rows
  }, [columns, rows, sorting])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="table-scroll" tabIndex={0}>
      <table className={`table ${className}`}>
        <caption className={captionHidden ? 'visually-hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sorting={sorting} onSort={setSorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) =>
                column.header ? (
                  <th key={column.id} scope="row" className={side(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.id} className={side(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Head<Row>({ column, sorting, onSort }: { column: Column<Row>; sorting: Sorting | undefined; onSort(sorting: Sorting): void }) {
  if (!column.compare) {
    return (
      <th scope="col" className={side(column)}>
        {column.title}
      </th>
    )
  }
  const down = sorting?.column === column.id ? sorting.down : undefined
  return (
    <th scope="col" className={side(column)} aria-sort={down === undefined ? 'none' : down ? 'descending' : 'ascending'}>
      <button type="button" className="table-sort" onClick={() => onSort({ column: column.id, down: down === false })}>
        {column.title}
        {down ? <DownIcon size={12} /> : <UpIcon size={12} />}
      </button>
    </th>
  )
}

const side = ({ align }: { align?: 'start' | 'end' }) => (align === 'end' ? 'table-end' : undefined)
