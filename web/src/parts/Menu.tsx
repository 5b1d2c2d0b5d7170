import { DropdownMenu as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { CheckIcon, type Icon } from './icons.tsx'
import './Menu.css'

export interface MenuItem {
  id: string
  title: ReactNode
  icon?: Icon
  /** One of a choice, and whether it is the chosen one. */
  checked?: boolean
  danger?: boolean
  disabled?: boolean
  /** Why it is disabled. It can still be reached and read. */
  because?: string
  /** A line above it. */
  apart?: boolean
  /** Stays open after it is chosen, e.g. for several checks. */
  stays?: boolean
  onSelect(): void
}

/** A menu under its trigger, which must be a button. Not modal: a modal one would write a style element, which the page's content policy forbids. */
export function Menu({
  trigger,
  head,
  items,
  label,
}: {
  trigger: ReactElement
  head?: ReactNode
  items: readonly MenuItem[]
  label?: string
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="menu" align="end" sideOffset={4} collisionPadding={8} aria-label={label}>
          {head && <Radix.Label className="menu-head">{head}</Radix.Label>}
          {items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Item({ item: { title, icon, checked, danger, disabled, because, apart, stays, onSelect } }: { item: MenuItem }) {
  const Mark = checked ? CheckIcon : icon
  const props = {
    className: `menu-item ${danger ? 'menu-item-danger' : ''}`,
    'aria-disabled': disabled || undefined,
    onSelect: (event: Event) => {
      if (disabled || stays) event.preventDefault()
      if (!disabled) onSelect()
    },
  }
  const content = (
    <>
      {Mark && <Mark />}
      <span>{title}</span>
      {disabled && because && <span className="menu-because">{because}</span>}
    </>
  )
  return (
    <>
      {apart && <Radix.Separator className="menu-line" />}
      {checked === undefined ? (
        <Radix.Item {...props}>{content}</Radix.Item>
      ) : (
        <Radix.CheckboxItem {...props} checked={checked}>
          {content}
        </Radix.CheckboxItem>
      )}
    </>
  )
}
