import type { Session } from '../../../../controller/src/server/dto/session.ts'
import { Button } from '../../parts/Button.tsx'
import { ChevronIcon } from '../../parts/icons.tsx'
import { Menu } from '../../parts/Menu.tsx'
import { strings } from '../../strings.ts'

export interface UserMenuProps {
  session: Session
  onSettings(hash?: string): void
  onShortcuts(): void
  onLogout(): void
}

export function UserMenu({ session: { user }, onSettings, onShortcuts, onLogout }: UserMenuProps) {
  const words = strings.frame.user
  return (
    <Menu
      label={words.label(user.name)}
      trigger={
        <Button className="header-user" aria-label={words.label(user.name)}>
          <span>{user.name}</span>
          <ChevronIcon size={12} />
        </Button>
      }
      head={
        <>
          {words.label(user.name)}
          {user.groups.length > 0 && (
            <>
              <br />
              {words.groups(user.groups)}
            </>
          )}
        </>
      }
      items={[
        { id: 'rights', title: words.rights, onSelect: () => onSettings('access') },
        { id: 'settings', title: strings.frame.screens.settings, onSelect: () => onSettings() },
        { id: 'shortcuts', title: strings.palette.help.title, onSelect: onShortcuts },
        { id: 'logout', title: words.logout, apart: true, onSelect: onLogout },
      ]}
    />
  )
}
