import { useMemo } from 'react'
import { strings } from '../../strings.ts'
import { diffOf, hunks } from './diff.ts'

const words = strings.templates
const signs = { added: '+', removed: '−', same: ' ' } as const

/** What was changed, line by line: by sign and word, not by colour alone. */
export function Diff({ before, after }: { before: string; after: string }) {
  const pieces = useMemo(() => hunks(diffOf(before, after)), [before, after])
  if (pieces.length === 0) return <p className="templates-fine">{words.noDiff}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className="diff" tabIndex={0} aria-label={words.diffCaption}>
      <table className="diff-table">
        <caption className="visually-hidden">{words.diffCaption}</caption>
        <tbody>
          {pieces.flatMap(({ skipped, lines }) => [
            ...(skipped > 0
              ? [
                  <tr key={`skipped before ${lines[0]?.old} ${lines[0]?.new}`} className="diff-skipped">
                    <td colSpan={4}>{words.skipped(skipped)}</td>
                  </tr>,
                ]
              : []),
            ...lines.map(({ kind, text, old, new: now }) => (
              <tr key={`${old} ${now}`} className={`diff-${kind}`}>
                <td className="diff-number">{old}</td>
                <td className="diff-number">{now}</td>
                <td className="diff-sign">
                  <span aria-hidden="true">{signs[kind]}</span>
                  <span className="visually-hidden">{words.diffKinds[kind]}</span>
                </td>
                <td>{text}</td>
              </tr>
            )),
          ])}
        </tbody>
      </table>
    </section>
  )
}
