import { Link } from '@tanstack/react-router'
import type { StreamState } from '../../api/streamState.ts'
import icon from '../../icon.svg'
import { Button } from '../../parts/Button.tsx'
import { SearchIcon } from '../../parts/icons.tsx'
import { strings } from '../../strings.ts'
import { StreamDot } from './StreamDot.tsx'
import { ThemeMenu } from './ThemeMenu.tsx'
import { UserMenu, type UserMenuProps } from './UserMenu.tsx'

export interface HeaderProps extends UserMenuProps {
  stream: StreamState
  /** Opens the search for everything. */
  onSearch(): void
  /** Its keys, e.g. `Ctrl K`. */
  searchKeys: string
}

const screens = [
  ['/', 'releases'],
  ['/templates', 'templates'],
  ['/sources', 'sources'],
  ['/notifiers', 'notifiers'],
  ['/statistics', 'statistics'],
] as const

export function Header({ stream, onSearch, searchKeys, ...user }: HeaderProps) {
  const words = strings.frame
  return (
    <header className="header">
      <Link to="/" className="header-product" aria-label={words.home}>
        <img src={icon} alt="" />
        {strings.common.product}
      </Link>
      <nav className="header-nav" aria-label={words.navigation}>
        {screens.map(([to, id]) => (
          <Link key={id} to={to} className="header-link" activeOptions={{ exact: to === '/', includeSearch: false }}>
            {words.screens[id]}
          </Link>
        ))}
      </nav>
      <div className="header-tools">
        <Button className="header-search" icon={SearchIcon} onClick={onSearch}>
          <span>{words.search}</span> <kbd>{searchKeys}</kbd>
        </Button>
        <StreamDot state={stream} />
        <ThemeMenu />
        <UserMenu {...user} />
      </div>
    </header>
  )
}
