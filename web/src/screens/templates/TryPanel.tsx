import { type FormEvent, useId } from 'react'
import type { TemplateItem, Try } from '../../../../controller/src/server/dto/measuring.ts'
import { Button, IconButton } from '../../parts/Button.tsx'
import { ErrorState } from '../../parts/ErrorState.tsx'
import { CrossIcon } from '../../parts/icons.tsx'
import { Panel } from '../../parts/Panel.tsx'
import { Select } from '../../parts/Select.tsx'
import { strings } from '../../strings.ts'
import { TryResult } from './TryResult.tsx'
import type { TryForm } from './trying.ts'

const words = strings.templates
const spans = ['30m', '1h', '3h', '6h', '12h', '24h'] as const

export interface TryPanelProps {
  form: TryForm
  onForm(form: TryForm): void
  /** Arguments that the stored template names. */
  args: TemplateItem['args']
  /** Releases to choose from, as namespace/name. */
  releases: readonly string[]
  /** Why it cannot be tried. */
  because?: string | undefined
  busy: boolean
  /** What the server refused, or what is not filled in. */
  error?: unknown
  problem?: string | undefined
  outcome?: Try | undefined
  onTry(): void
}

/** Measures a live release with the template, looking back: what it would have said, how long it would take, and how often it would cry wolf. */
export function TryPanel(props: TryPanelProps) {
  const { form, onForm, args, releases, because, busy, error, problem, outcome, onTry } = props
  const list = useId()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy && because === undefined) onTry()
  }
  return (
    <Panel title={words.tryTitle} className="try">
      <p className="templates-lead">{words.tryLead}</p>
      <form className="try-form" onSubmit={submit}>
        <label className="field try-release">
          <span>{words.release}</span>
          <input
            className="field-input"
            list={list}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            placeholder={words.releaseHint}
            value={form.release}
            onChange={({ target }) => onForm({ ...form, release: target.value })}
          />
          <datalist id={list}>
            {releases.map((release) => (
              <option key={release} value={release} />
            ))}
          </datalist>
        </label>
        <Select
          label={words.since}
          value={form.since}
          options={spans.map((span) => ({ value: span as string, label: words.spans[span] }))}
          onChange={(since) => onForm({ ...form, since })}
        />
        <Args form={form} onForm={onForm} args={args} />
        <Button kind="primary" type="submit" busy={busy} disabled={because !== undefined} {...(because === undefined ? {} : { because })}>
          {busy ? words.running : outcome ? words.again : words.run}
        </Button>
      </form>
      {because !== undefined && <p className="try-because">{because}</p>}
      {problem !== undefined && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      {error !== undefined && error !== null && <ErrorState error={error} small />}
      {outcome && <TryResult outcome={outcome} />}
    </Panel>
  )
}

function Args({ form, onForm, args }: Pick<TryPanelProps, 'form' | 'onForm' | 'args'>) {
  const change = (at: number, change: Partial<TryForm['more'][number]>) =>
    onForm({ ...form, more: form.more.map((one, index) => (index === at ? { ...one, ...change } : one)) })
  return (
    <fieldset className="try-args">
      <legend>{words.args}</legend>
      {args.map(({ name, value, required }) => (
        <label key={name} className="field">
          <span>
            <code>{name}</code> {required ? words.required : ''}
          </span>
          <input
            className="field-input"
            autoComplete="off"
            maxLength={1000}
            placeholder={value === undefined ? '' : words.argDefault(value)}
            value={form.args[name] ?? ''}
            onChange={({ target }) => onForm({ ...form, args: { ...form.args, [name]: target.value } })}
          />
        </label>
      ))}
      {form.more.map(({ name, value }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: it has no other identity while its name is being written
        <div key={at} className="try-arg">
          <input
            className="field-input"
            aria-label={words.argName}
            placeholder={words.argName}
            maxLength={63}
            value={name}
            onChange={({ target }) => change(at, { name: target.value })}
          />
          <input
            className="field-input"
            aria-label={words.argValue}
            placeholder={words.argValue}
            maxLength={1000}
            value={value}
            onChange={({ target }) => change(at, { value: target.value })}
          />
          <IconButton
            icon={CrossIcon}
            label={words.removeArg(name)}
            onClick={() => onForm({ ...form, more: form.more.filter((_, index) => index !== at) })}
          />
        </div>
      ))}
      <Button onClick={() => onForm({ ...form, more: [...form.more, { name: '', value: '' }] })}>{words.addArg}</Button>
    </fieldset>
  )
}
