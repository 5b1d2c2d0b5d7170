import { Dialog as Radix } from 'radix-ui'
import { type FormEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react'
import { strings } from '../strings.ts'
import { Button } from './Button.tsx'
import { ErrorState } from './ErrorState.tsx'
import './Dialog.css'
import './Field.css'

export interface DialogProps {
  open: boolean
  onClose(): void
  /** It is gone, and the focus is back where it was. */
  onClosed?(): void
  title: ReactNode
  text?: ReactNode
  children?: ReactNode
  actions?: ReactNode
  wide?: boolean
  /** Where the focus goes first; without it, the first thing that takes it. */
  focus?: RefObject<HTMLElement | null>
  className?: string
}

/** Over the page, with the focus kept inside; Escape and a click outside close it. The backdrop is our own: Radix' would write a style element, which the page's content policy forbids. */
export function Dialog({ open, onClose, onClosed, title, text, children, actions, wide = false, focus, className = '' }: DialogProps) {
  const opener = useRef<Element>(null)
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="dialog-back" />
        <Radix.Content
          className={`dialog ${wide ? 'dialog-wide' : ''} ${className}`}
          {...(text ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement
            if (!focus?.current) return
            event.preventDefault()
            focus.current.focus()
          }}
          // Radix gives the focus back to its own trigger only, and there is none.
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (opener.current instanceof HTMLElement) opener.current.focus()
            onClosed?.()
          }}
        >
          <Radix.Title className="dialog-title">{title}</Radix.Title>
          {text && (
            <Radix.Description className="dialog-text" asChild>
              <div>{text}</div>
            </Radix.Description>
          )}
          {children}
          {actions && <div className="dialog-actions">{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export interface ConfirmDialogProps {
  open: boolean
  onClose(): void
  title: ReactNode
  /** What will happen. */
  text?: ReactNode
  confirm: string
  /** A dangerous one has the focus on Cancel. */
  kind?: 'primary' | 'danger'
  reason?: 'required' | 'optional' | 'none'
  /** To be typed before it can be confirmed, e.g. how many are affected. */
  typed?: string
  busy?: boolean
  error?: unknown
  /** Cannot be confirmed (any more): why. */
  because?: string
  onConfirm(reason: string): void
  children?: ReactNode
}

/** Asks before something is done; stays open with what was written while it is under way and when it fails. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const cancel = useRef<HTMLButtonElement>(null)
  const words = strings.parts.dialog
  const form = useId()
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      text={props.text}
      {...(props.kind === 'danger' ? { focus: cancel } : {})}
      actions={
        <>
          <Button ref={cancel} onClick={props.onClose}>
            {words.cancel}
          </Button>
          <Button
            kind={props.kind ?? 'primary'}
            type="submit"
            form={form}
            busy={props.busy ?? false}
            disabled={props.because !== undefined}
            {...(props.because === undefined ? {} : { because: props.because })}
          >
            {props.confirm}
          </Button>
        </>
      }
    >
      <ConfirmForm {...props} form={form} />
    </Dialog>
  )
}

/** Lives as long as the dialog is open, and so do the words in it. */
function ConfirmForm({
  form,
  reason = 'optional',
  typed,
  busy,
  error,
  because,
  onConfirm,
  children,
}: ConfirmDialogProps & { form: string }) {
  const [why, setWhy] = useState('')
  const [count, setCount] = useState('')
  const [lacking, setLacking] = useState('')
  const words = strings.parts.dialog
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (busy || because !== undefined) return
    if (reason === 'required' && why.trim() === '') return setLacking(words.reasonNeeded)
    if (typed !== undefined && count.trim() !== typed) return setLacking(words.typedNeeded(typed))
    setLacking('')
    onConfirm(why.trim())
  }
  return (
    <form id={form} onSubmit={submit} className="field-stack">
      {children}
      {reason !== 'none' && (
        <label className="field">
          <span>{reason === 'required' ? words.reason : words.reasonOptional}</span>
          <textarea className="field-input" rows={2} maxLength={1000} value={why} onChange={(event) => setWhy(event.target.value)} />
        </label>
      )}
      {typed !== undefined && (
        <label className="field">
          <span>{words.typed(typed)}</span>
          <input className="field-input" autoComplete="off" value={count} onChange={(event) => setCount(event.target.value)} />
        </label>
      )}
      {lacking && (
        <p className="field-problem" role="alert">
          {lacking}
        </p>
      )}
      {error !== undefined && error !== null && <ErrorState error={error} small />}
    </form>
  )
}
