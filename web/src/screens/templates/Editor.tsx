import { type KeyboardEvent, useId, useRef } from 'react'
import { Button } from '../../parts/Button.tsx'
import { Chip } from '../../parts/Chip.tsx'
import { CrossIcon, WarnIcon } from '../../parts/icons.tsx'
import { strings } from '../../strings.ts'
import { byLine, type Finding, rangeOf, sorted } from './findings.ts'
import './Editor.css'

const words = strings.templates

/** What is known of a text: it is being checked, it was checked, or it could not be. */
export type Checked = { state: 'checking' } | { state: 'checked'; findings: readonly Finding[] } | { state: 'failed'; because: string }

/** A text of many lines, with numbers and what was found on them. Tab leaves it, as everywhere. */
export function Editor({ text, onText, checked }: { text: string; onText(text: string): void; checked: Checked }) {
  const area = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLDivElement>(null)
  const found = useId()
  const findings = checked.state === 'checked' ? sorted(checked.findings) : []
  const marks = byLine(findings)
  const lines = text.split('\n').length
  const goTo = (line: number) => {
    const [from, to] = rangeOf(text, line)
    area.current?.focus()
    area.current?.setSelectionRange(from, to)
    area.current?.scrollTo({ top: (line - 4) * lineHeight })
  }
  return (
    <div className="editor">
      <div className="editor-box">
        <div ref={gutter} className="editor-gutter" aria-hidden="true">
          {Array.from({ length: lines }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <div key={at} className={`editor-number editor-${marks.get(at + 1) ?? 'sound'}`}>
              {marks.get(at + 1) === 'error' ? <CrossIcon size={12} /> : marks.get(at + 1) === 'warning' ? <WarnIcon size={12} /> : null}
              {at + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          className="editor-text"
          aria-label={words.editor}
          aria-describedby={found}
          aria-invalid={findings.some(({ severity }) => severity === 'error') || undefined}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          rows={Math.min(28, Math.max(12, lines + 1))}
          value={text}
          onChange={({ target }) => onText(target.value)}
          onScroll={({ currentTarget }) => gutter.current?.scrollTo({ top: currentTarget.scrollTop })}
          onKeyDown={indent}
        />
      </div>
      <Findings id={found} checked={checked} findings={findings} goTo={goTo} />
    </div>
  )
}

/** As in Editor.css. */
const lineHeight = 20

/** Enter keeps the indentation of the line. */
function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || event.nativeEvent.isComposing) return
  const { value, selectionStart } = event.currentTarget
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart)
  const spaces = /^ */.exec(line)?.[0] ?? ''
  // By the browser itself, so that it can be undone.
  if (spaces !== '' && document.execCommand('insertText', false, `\n${spaces}`)) event.preventDefault()
}

function Findings({
  id,
  checked,
  findings,
  goTo,
}: {
  id: string
  checked: Checked
  findings: readonly Finding[]
  goTo(line: number): void
}) {
  const errors = findings.filter(({ severity }) => severity === 'error').length
  return (
    <div id={id} className="editor-findings">
      <p className="editor-summary" role="status">
        {checked.state === 'checking' && words.checking}
        {checked.state === 'failed' && `${words.notChecked} ${checked.because}`}
        {checked.state === 'checked' &&
          (findings.length === 0 ? <Chip tone="good">{words.sound}</Chip> : words.findings(errors, findings.length - errors))}
      </p>
      {findings.length > 0 && (
        <ul className="editor-list">
          {findings.map(({ severity, line, path, message }) => (
            <li key={`${severity} ${line} ${path} ${message}`}>
              <Chip tone={severity === 'error' ? 'bad' : 'warn'}>{words.severity[severity]}</Chip>{' '}
              {line !== undefined && (
                <Button className="editor-go" aria-label={words.goToLine(line)} onClick={() => goTo(line)}>
                  {words.line(line)}
                </Button>
              )}{' '}
              {path !== '' && !message.startsWith(path) && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
