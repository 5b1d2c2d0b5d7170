import './Field.css'
import './Live.css'

export interface SelectProps<Value extends string> {
  label: string
  value: Value
  options: readonly { value: Value; label: string; disabled?: boolean }[]
  onChange(value: Value): void
  labelHidden?: boolean
  inline?: boolean
}

/** One of several. The browser's own list: it knows every keyboard, screen reader and phone. */
export function Select<Value extends string>({ label, value, options, onChange, labelHidden = false, inline = false }: SelectProps<Value>) {
  return (
    <label className={`field ${inline ? 'field-inline' : ''}`}>
      <span className={labelHidden ? 'visually-hidden' : undefined}>{label}</span>
      <select className="field-input" value={value} onChange={(event) => onChange(event.target.value as Value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}
