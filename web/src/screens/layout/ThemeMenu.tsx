import { IconButton } from '../../parts/Button.tsx'
import { MoonIcon, ScreenIcon, SunIcon } from '../../parts/icons.tsx'
import { Menu } from '../../parts/Menu.tsx'
import { choose, themes, usePreferences } from '../../preferences.ts'
import { strings } from '../../strings.ts'

const icons = { system: ScreenIcon, light: SunIcon, dark: MoonIcon }

export function ThemeMenu() {
  const { theme } = usePreferences()
  const words = strings.frame.theme
  return (
    <Menu
      label={words.label}
      trigger={<IconButton label={words.label} icon={icons[theme]} />}
      items={themes.map((id) => ({ id, title: words[id], icon: icons[id], checked: id === theme, onSelect: () => choose({ theme: id }) }))}
    />
  )
}
