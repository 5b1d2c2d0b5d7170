import type { ComponentProps, ReactNode } from 'react'
import type { Icon } from './icons.tsx'
import { Tooltip } from './Tooltip.tsx'
import './Button.css'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  kind?: 'primary' | 'danger' | 'plain'
  /** Its work is under way: a second click does nothing. */
  busy?: boolean
  disabled?: boolean
  /** Why it is disabled. It stays in the order of the keyboard, so that everybody can read it. */
  because?: string
  icon?: Icon
}

export function Button({
  kind = 'plain',
  busy = false,
  disabled = false,
  because,
  icon: Mark,
  className = '',
  children,
  ...rest
}: ButtonProps) {
  const button = (
    <button type="button" {...rest} {...guarded(rest, busy, disabled)} className={`button button-${kind} ${className}`}>
      {busy ? <span className="busy-mark" aria-hidden="true" /> : Mark && <Mark />}
      {children}
    </button>
  )
  return disabled && because ? <Tooltip text={because}>{button}</Tooltip> : button
}

export interface IconButtonProps extends Omit<ButtonProps, 'icon' | 'children' | 'kind'> {
  /** What it does: its accessible name and its tooltip. */
  label: string
  icon: Icon
  /** Said beside the drawing by the caller, e.g. a count. */
  children?: ReactNode
}

export function IconButton({
  label,
  icon: Mark,
  busy = false,
  disabled = false,
  because,
  className = '',
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={disabled && because ? `${label}: ${because}` : label}>
      <button
        type="button"
        aria-label={label}
        {...rest}
        {...guarded(rest, busy, disabled)}
        className={`button button-plain icon-button ${className}`}
      >
        {busy ? <span className="busy-mark" aria-hidden="true" /> : <Mark />}
        {children}
      </button>
    </Tooltip>
  )
}

/** `aria-disabled` and a click that does nothing, in place of `disabled`, which would take it out of the keyboard's order. */
function guarded(
  { onClick, type }: Pick<ComponentProps<'button'>, 'onClick' | 'type'>,
  busy: boolean,
  disabled: boolean,
): ComponentProps<'button'> {
  const dead = busy || disabled
  return {
    'aria-disabled': dead || undefined,
    'aria-busy': busy || undefined,
    onClick: dead ? (event) => event.preventDefault() : onClick,
    type: type ?? 'button',
  }
}
